import { el } from '/lab/engine/dom.js';
import { createModal } from './dialogs.js';

const noticeMs = 5000;
const notices = {
  sent: 'Request has been sent',
  denied: 'Host denied your request to record to the cloud.',
  ignored: 'The cloud recording request timeout.',
};

/** The control by which a visitor asks the host to record: a menu, a question whether it is meant, notices of what came of it. */
export function createRecordControl({ client, isForbidden }) {
  const button = el('button', { class: 'footer-button__button', 'aria-label': 'Record' }, 'Record');
  const wrap = el('div', { class: 'footer__button-wrap', 'feature-type': 'record' }, button);
  const text = isForbidden
    ? "You can't send cloud recording requests because of host's settings."
    : 'Request the host to record to the cloud';
  const attributes = {
    class: 'record-dropdown-item',
    role: 'menuitem',
    href: '#',
    'aria-disabled': String(isForbidden),
  };
  const item = el('a', attributes, 'Request the host to record to the cloud');
  item.title = text;
  const menu = el('div', { class: 'record-dropdown', role: 'menu' }, item);
  button.addEventListener('click', () => (menu.isConnected ? menu.remove() : wrap.append(menu)));
  item.addEventListener('click', (event) => {
    event.preventDefault();
    menu.remove();
    if (!isForbidden) document.body.append(createQuestion(client));
  });
  client.on('recording-answer', ({ answer }) => answer !== 'allowed' && show(notices[answer]));
  return wrap;
}

function createQuestion(client) {
  const send = el('button', { type: 'button', class: 'zm-btn' }, 'Send Request');
  const modal = createModal({
    label: 'Request cloud recording',
    title: 'Request the host to record to the cloud',
    text: '',
    buttons: [send],
  });
  send.addEventListener('click', () => {
    modal.remove();
    client.send({ type: 'ask-recording' });
    show(notices.sent);
  });
  return modal;
}

/** One notice at a time, in the corner, for as long as the platform shows it. */
function show(text) {
  document.getElementById('corner-notification')?.remove();
  const notice = el('div', { id: 'corner-notification', role: 'status' }, el('span', {}, text));
  document.body.append(notice);
  setTimeout(() => notice.remove(), noticeMs);
}
