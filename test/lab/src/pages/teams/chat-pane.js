import { el } from '/lab/engine/dom.js';
import { button } from './parts.js';

/** The chat. Rows of one sender in a row carry the name once. */
export function createChatPane(client) {
  const runway = el('div', { 'data-tid': 'message-pane-list-runway', role: 'main', class: 'messages' });
  let last = null;
  let lastMid = 0;
  client.on('chat', ({ id, name, text, at }) => {
    // An id is the time in milliseconds; no two are alike.
    lastMid = Math.max(at, lastMid + 1);
    const author = last === id ? null : el('span', { 'data-tid': 'message-author-name' }, name);
    last = id;
    const message = el(
      'div',
      { 'data-tid': 'chat-pane-message', 'data-mid': String(lastMid), class: 'bubble' },
      author,
      el('div', { id: `content-${lastMid}` }, ...formatted(text)),
    );
    runway.append(el('div', { 'data-tid': 'chat-pane-item' }, message));
  });
  return el('div', { class: 'pane-body' }, el('h2', {}, 'Meeting chat'), runway, createComposer(client));
}

/** People may write headings: a line that begins with a hash is one. */
function formatted(text) {
  return [text.startsWith('# ') ? el('h1', {}, text.slice(2)) : el('p', {}, text)];
}

/** Takes real key presses only, and sends by its button: Enter makes a new line. */
function createComposer(client) {
  const box = el('div', {
    'data-tid': 'ckeditor',
    contenteditable: 'true',
    role: 'textbox',
    'aria-label': 'Type a message',
    class: 'composer',
  });
  let isKey = false;
  box.addEventListener('keydown', () => (isKey = true));
  box.addEventListener('beforeinput', (event) => {
    if (!isKey) event.preventDefault();
    isKey = false;
  });
  const send = button('Send', { 'data-tid': 'newMessageCommands-send', 'aria-label': 'Send' });
  send.addEventListener('click', () => {
    const text = box.innerText.trim();
    if (text) client.sendChat(text);
    box.replaceChildren();
  });
  return el('div', { class: 'row' }, box, send);
}
