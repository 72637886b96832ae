import { el } from '/lab/engine/dom.js';

/** The meeting's chat: only the first message of a run says who wrote it. */
export function createChatPanel(client, log) {
  const list = el('div', { id: 'chat-list-content', 'aria-label': 'Chat Message List', role: 'list' });
  let lastId = null;
  let count = 0;
  function add({ id, name, text, at }) {
    const from = client.self?.id === id ? 'You' : name;
    const time = new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
    const index = count++;
    const head = el(
      'div',
      { class: 'chat-item__chat-info' },
      el('span', { class: 'chat-item__sender', 'data-userid': id, 'data-name': from }, from),
      ' to ',
      el('span', { class: 'chat-item__receiver', 'data-userid': '0', 'data-name': 'Everyone' }, 'Everyone'),
      el('span', { class: 'new-chat-item__chat-info-time-stamp' }, time),
    );
    const body = el(
      'div',
      { id: `chat-message-content-${index}`, 'aria-label': `${from} to Everyone, ${time}, ${text}` },
      el('div', { class: 'new-chat-message__text-content' }, el('div', { class: 'chat-rtf-box__display' }, text)),
    );
    const row = el('div', { id: `chat-item-container-${index}`, class: 'new-chat-message__container' });
    if (lastId !== id) row.append(head);
    row.append(body);
    lastId = id;
    list.append(row);
  }
  for (const line of log) add(line);
  client.on('chat', add);
  return el('div', { class: 'chat-container' }, list, createComposer(client));
}

function createComposer(client) {
  const text = el('div', { class: 'tiptap ProseMirror', contenteditable: 'true', role: 'textbox', tabindex: '0' });
  const send = el('button', { class: 'chat-rtf-box__send', 'aria-label': 'send', disabled: '' }, 'send');
  text.addEventListener('input', () => (send.disabled = text.textContent.trim() === ''));
  send.addEventListener('click', () => {
    client.sendChat(text.textContent.trim());
    text.replaceChildren();
    send.disabled = true;
  });
  const to = el('button', { id: 'chatReceiverMenu', 'aria-label': 'Send chat to Everyone please select a receiver' });
  to.textContent = 'Everyone';
  return el('div', { class: 'chat-rtf-box' }, to, el('div', { class: 'chat-rtf-box__editor-wrapper' }, text), send);
}
