import { el } from '/lab/engine/dom.js';
import { createCaptionControl, createMoreControl } from './caption-control.js';
import { showToast } from './dialogs.js';
import { createRecordControl } from './record-control.js';

const idleMs = 2000;

/** The bar of controls. It is in the page and not shown while the pointer rests. */
export function createFooter({ client, media, audio, captions, toggle, variants }) {
  const isAskable = !window.lab && (variants.has('record-request') || variants.has('record-forbidden'));
  const isInMore = variants.has('captions-in-more');
  const bar = el(
    'div',
    { id: 'foot-bar' },
    el('div', { 'footer-section': 'left' }, audioControl({ media, audio }), cameraControl(media)),
    el(
      'div',
      { 'footer-section': 'center' },
      panelControl({ client, toggle, feature: 'participant' }),
      panelControl({ client, toggle, feature: 'chat' }),
      featureButton('react', 'Reactions'),
      isAskable ? createRecordControl({ client, isForbidden: variants.has('record-forbidden') }) : null,
      isInMore || variants.has('no-captions') ? null : createCaptionControl(captions, variants.has('request-captions')),
      createMoreControl(captions, isInMore),
    ),
    el('div', { 'footer-section': 'right' }, leaveControl(client)),
  );
  const footer = el('footer', { id: 'wc-footer', class: 'footer' }, bar);
  let timer;
  const wake = () => {
    clearTimeout(timer);
    footer.classList.remove('footer__hidden');
    timer = setTimeout(() => footer.classList.add('footer__hidden'), idleMs);
  };
  document.addEventListener('mousemove', wake);
  wake();
  return footer;
}

function audioControl({ media, audio }) {
  const holder = el('div', { class: 'join-audio-container' });
  const button = el('button', { class: 'join-audio-container__btn' });
  const render = () => {
    const label = audio.isJoined ? `${media.mic ? 'mute' : 'unmute'} my microphone` : 'join audio';
    button.setAttribute('aria-label', label);
    button.textContent = audio.isJoined ? 'Audio' : 'Join Audio';
  };
  button.addEventListener('click', () => {
    if (audio.isJoined) void media.setMic(!media.mic);
    else if (!document.querySelector('.join-dialog')) document.body.append(createJoinDialog(audio));
  });
  media.on('state', render);
  media.on('refused', () => showToast('You cannot unmute yourself because the host has muted you.'));
  audio.on('change', render);
  render();
  holder.append(button);
  return holder;
}

/** The step that is easily forgotten: without it nothing is received. */
function createJoinDialog(audio) {
  const join = el('button', { class: 'zm-btn join-audio-by-voip__join-btn' }, 'Join Audio by Computer');
  const dialog = el('div', { class: 'join-dialog', role: 'dialog', 'aria-label': 'Join Audio' }, join);
  join.addEventListener('click', () => {
    dialog.remove();
    audio.join();
  });
  return dialog;
}

function cameraControl(media) {
  const button = el('button', { class: 'send-video-container__btn' });
  const render = () => {
    button.setAttribute('aria-label', media.camera ? 'stop my video' : 'start my video');
    button.textContent = 'Video';
  };
  button.addEventListener('click', () => media.setCamera(!media.camera));
  media.on('state', render);
  render();
  return el('div', { class: 'send-video-container' }, button);
}

function panelControl({ client, toggle, feature }) {
  const counter = el('span', { class: 'footer-button__number-counter' });
  const wrap = featureButton(feature, feature === 'chat' ? 'Chat' : 'Participants');
  const button = wrap.firstChild;
  let isOpen = false;
  const render = () => {
    const verb = isOpen ? 'close' : 'open';
    const count = client.people.size;
    // The misspelling is the platform's.
    const people = `${verb} the participants list pane${isOpen ? '' : `,[${count}] particpants`}`;
    button.setAttribute('aria-label', feature === 'chat' ? `${verb} the chat panel` : people);
    counter.textContent = String(count);
  };
  button.addEventListener('click', () => {
    isOpen = toggle(feature);
    render();
  });
  client.on('people', render);
  render();
  if (feature === 'participant') wrap.append(counter);
  return wrap;
}

function featureButton(feature, label) {
  const button = el('button', { class: 'footer-button__button', 'aria-label': label }, label);
  return el('div', { class: 'footer__button-wrap', 'feature-type': feature }, button);
}

function leaveControl(client) {
  const leave = el('button', { class: 'footer-button__button', 'aria-label': 'Leave' }, 'Leave');
  const holder = el('div', { class: 'footer__leave-btn-container' }, leave);
  leave.addEventListener('click', () => {
    if (holder.querySelector('.leave-meeting-options')) return;
    const really = el(
      'button',
      { class: 'leave-meeting-options__btn leave-meeting-options__btn--danger', onclick: () => client.leave() },
      'Leave Meeting',
    );
    holder.append(el('div', { class: 'leave-meeting-options' }, really));
  });
  return holder;
}
