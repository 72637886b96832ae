import { el } from '/lab/engine/dom.js';
import { textButton } from './parts.js';

/** Stands over the call until it is answered; the call goes on beneath. */
export function createRecordingNotice(client) {
  const stay = textButton('Join now', { class: 'filled-button', 'data-mdc-dialog-action': 'ok' });
  const leave = textButton('Leave', { 'data-mdc-dialog-action': 'cancel', onclick: () => client.leave() });
  const title = el('h2', { id: 'recording-title' }, 'This video call is being recorded');
  const text = el(
    'p',
    {},
    'By joining, you consent to being recorded. You can leave the call if the meeting has ended.',
  );
  const box = el(
    'div',
    { class: 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'recording-title' },
    ...[title, text, leave, stay],
  );
  const notice = el('div', { class: 'scrim' }, box);
  stay.addEventListener('click', () => notice.remove());
  return notice;
}
