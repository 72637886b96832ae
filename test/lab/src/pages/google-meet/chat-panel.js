import { el } from '/lab/engine/dom.js';
import { icon } from './parts.js';

/** The chat as the platform nests it: groups of one sender's consecutive messages. Filled whether it is open or not. */
export function createChatPanel(client) {
  const list = el('div', { jsname: 'xySENc', 'aria-live': 'polite', class: 'messages' });
  let last = { id: null, group: null };
  let count = 0;
  client.on('chat', ({ id, name, text, at }) => {
    if (last.id !== id) {
      last = { id, group: createGroup({ sender: client.self?.id === id ? 'You' : name, at }) };
      list.append(last.group);
    }
    count += 1;
    const bubble = el(
      'div',
      { 'data-message-id': `message-${count}`, class: 'bubble' },
      el('div', { jsname: 'dTKtvb' }, text),
    );
    last.group.append(bubble);
    bubble.scrollIntoView({ block: 'end' });
  });
  return el('div', { class: 'panel-body' }, el('h2', {}, 'In-call messages'), list, createComposer(client));
}

function createGroup({ sender, at }) {
  const time = new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' });
  const head = el('div', {}, el('span', { class: 'poVWob' }, sender), el('span', { jsname: 'biJjHb' }, time));
  return el('div', { jsname: 'Ypafjf', class: 'group' }, head);
}

function createComposer(client) {
  const label = 'Send a message';
  const text = el('textarea', { 'aria-label': label, placeholder: label, maxlength: 500, rows: 1, jsname: 'YPqjbf' });
  // The button has the same accessible name as the text box, as on the platform.
  const send = el('button', { 'aria-label': label, jsname: 'SoqoBf', class: 'round bare', disabled: '' }, icon('send'));
  function submit() {
    if (text.value.trim() === '') return;
    client.sendChat(text.value.trim());
    text.value = '';
    send.disabled = true;
  }
  text.addEventListener('input', () => (send.disabled = text.value.trim() === ''));
  text.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    submit();
  });
  send.addEventListener('click', submit);
  return el('div', { class: 'composer' }, text, send);
}
