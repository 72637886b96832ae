import { el } from '/lab/engine/dom.js';

/** A modal as the client nests them. */
export function createModal({ label, kind = '', title, text, buttons }) {
  const box = el(
    'div',
    { class: `zm-modal zm-modal-legacy ${kind}`.trim() },
    el('div', { class: 'zm-modal-body-title' }, title),
    el('div', { class: 'zm-modal-body-content' }, text),
    el('div', { class: 'zm-modal-footer' }, ...buttons),
  );
  const content = el('div', { class: 'ReactModal__Content', role: 'dialog', 'aria-label': label }, box);
  return el('div', { class: 'ReactModal__Overlay' }, content);
}

function button(text, onclick, kind = '') {
  return el('button', { type: 'button', class: `zm-btn ${kind}`.trim(), onclick }, el('span', {}, text));
}

const removed = {
  label: 'You have been removed',
  title: 'You have been removed',
  text: 'You have been removed from this meeting by the host.',
};
const ends = {
  removed,
  denied: removed,
  ended: { label: 'Meeting is end now', title: 'This meeting has been ended by host', text: '' },
  lost: {
    label: 'Meeting connected timeout.',
    title: 'Meeting connected timeout.',
    text: 'Your network connection has timed out or your organization has disabled access to Zoom from the browser.',
  },
};

/** What the client says instead of letting somebody in. */
const refusals = {
  full: { label: 'Meeting is full', title: "The meeting is at the host's allowed capacity", text: '' },
  locked: {
    label: 'Meeting is locked',
    title: 'Unable to join this meeting',
    text: 'Host has locked this meeting.',
  },
  unconnected: ends.lost,
};

export function createRefusal(room) {
  const variant = Object.keys(refusals).find((name) => room.variants.has(name));
  if (!variant) return null;
  return createModal({ ...refusals[variant], buttons: [button('Exit', () => location.assign('/wc/leave'))] });
}

export function createEndDialog(state, room) {
  const exit = () => location.assign(`/wc/leave?meetingNumber=${room.id}`);
  return createModal({ ...ends[state], buttons: [button('Exit', exit)] });
}

/** The notice that stands over the meeting until it is answered; sound is held back meanwhile. */
export function createRecordingConsent(onAgree) {
  const modal = createModal({
    label: 'This meeting is being recorded',
    kind: 'recording-disclaimer-dialog',
    title: 'This meeting is being recorded',
    text: 'By staying in this meeting, you consent to being recorded. You have been removed is not what this says.',
    buttons: [
      button('Leave Meeting', () => location.assign('/wc/leave')),
      button('Got it', () => {
        modal.remove();
        onAgree();
      }),
    ],
  });
  return modal;
}

/** Asked of the first who turns captions on: their language, for everybody. */
export function createLanguageDialog(onSave) {
  const modal = createModal({
    label: '',
    kind: 'big-dialog lt-select-language',
    title: '',
    text: el(
      'div',
      { class: 'new-LT__selector-language-dialog' },
      el('span', {}, 'Set the caption language for this meeting'),
      el('input', { class: 'transcription-language__input', 'aria-label': 'Caption Language', value: 'English' }),
    ),
    buttons: [
      button('Cancel', () => modal.remove()),
      button('Save', () => {
        modal.remove();
        onSave();
      }),
    ],
  });
  return modal;
}

/** What the control leads to where only the host can allow captions. */
export function createRequestDialog() {
  const modal = createModal({
    label: 'Send a request to the host to enable captions',
    kind: 'big-dialog request-captions',
    title: 'Send a request to the host to enable captions',
    text: 'If your request is approved, captions will immediately start for you.',
    buttons: [button('Cancel', () => modal.remove()), button('Send Request', () => modal.remove())],
  });
  return modal;
}

/** The host's question; it stays until it is answered. */
export function createUnmuteRequest(onAgree) {
  const modal = createModal({
    label: 'The host would like you to unmute',
    title: 'The host would like you to unmute',
    text: '',
    buttons: [
      button('Stay Muted', () => modal.remove()),
      button('Unmute', () => {
        modal.remove();
        onAgree();
      }),
    ],
  });
  return modal;
}

const toastMs = 5000;

export function showToast(text) {
  document.getElementById('notificationManager')?.remove();
  const line = el('div', { class: 'notification-message-wrap__txt' }, text);
  const toast = el('div', { id: 'notificationManager', role: 'status' }, line);
  document.body.append(toast);
  setTimeout(() => toast.remove(), toastMs);
}

export function createDisclaimer() {
  const box = el(
    'div',
    { class: 'disclaimer_container' },
    el('p', {}, 'To join this meeting, agree to the terms of the host.'),
    button('Cancel', () => location.assign('/wc/leave'), 'btn-default'),
    button('Agree', () => scrim.remove(), 'btn-primary'),
  );
  const scrim = el('div', { class: 'ReactModal__Overlay' }, box);
  return scrim;
}

/** The client's own wall. It is to be met with an honest end. */
export function createBotWall() {
  return createModal({
    label: 'BotDetectedDialog',
    title: 'Sign in to join',
    text: "We detected you may be a bot. Automated bots aren't allowed to join this meeting and must use Zoom RTMS.",
    buttons: [button('Sign in to join', () => location.assign('/signin'))],
  });
}
