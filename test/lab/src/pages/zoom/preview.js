import { el } from '/lab/engine/dom.js';
import { createBotWall, createDisclaimer, createRefusal } from './dialogs.js';
import { topic } from './topic.js';

// Long enough that a bot which looks for the join button at once does not find it.
const loadingMs = 500;

/** The page before the meeting: name, passcode where it is asked, and a join button that wants them first. */
export function createPreview({ client, media, room }) {
  const given = new URLSearchParams(location.search).get('pwd') ?? '';
  const right = [...room.id].reverse().join('').slice(0, 6);
  const isAsked = !window.lab && (given !== right || room.variants.has('asks-passcode'));
  const isTested = room.variants.has('captcha');
  const name = input({ key: 'name', label: 'Your Name' });
  const passcode = input({ key: 'pwd', label: 'Meeting Passcode', type: 'password' });
  const captcha = el('input', { class: 'captcha_code_input', placeholder: 'Verification code' });
  const join = el('button', { type: 'button', class: 'zm-btn preview-join-button disabled' }, 'Join');
  const isValid = () => name.value.trim() !== '' && (!isAsked || passcode.value.trim() !== '');
  const check = () => join.classList.toggle('disabled', !isValid());

  function enter() {
    if (!isValid() || join.disabled) return;
    if (isTested && captcha.value === '') return;
    if (isAsked && passcode.value.trim() !== right) return passcode.fail('Incorrect Password');
    join.disabled = true;
    if (room.variants.has('bot-wall') && !window.lab) return page.append(createBotWall());
    const refusal = window.lab ? null : createRefusal(room);
    if (refusal) return document.body.append(refusal);
    client.join(name.value.trim());
  }
  for (const field of [name, passcode]) {
    field.addEventListener('input', check);
    field.addEventListener('keydown', ({ key }) => key === 'Enter' && enter());
  }
  join.addEventListener('click', enter);

  const form = el('div', { class: 'preview-new-flow' }, el('div', { class: 'spinner' }, 'Joining Meeting...'));
  const fields = [
    el('div', { class: 'preview-meeting-info' }, topic),
    name.field,
    isAsked ? passcode.field : null,
    isTested ? el('div', { class: 'captcha_code' }, captcha) : null,
    devices(media),
    join,
  ].filter(Boolean);
  const page = el('div', { class: 'preview-root' }, form);
  setTimeout(() => {
    form.replaceChildren(...fields);
    if (room.variants.has('disclaimer') && !window.lab) page.append(createDisclaimer());
  }, loadingMs);
  if (!window.lab) void media.start({ mic: true, camera: true }).then(() => media.setMic(false));
  return page;
}

function input({ key, label, type = 'text' }) {
  const element = el('input', { id: `input-for-${key}`, type, autocomplete: 'off' });
  const field = el('div', { class: 'preview-input' }, el('label', { for: `input-for-${key}` }, label), element);
  element.field = field;
  element.fail = (text) => {
    field.querySelector('[role=alert]')?.remove();
    field.append(el('div', { id: `error-for-${key}`, role: 'alert', class: 'error' }, text));
  };
  return element;
}

function devices(media) {
  const mic = el('button', { id: 'preview-audio-control-button' });
  const camera = el('button', { id: 'preview-video-control-button' });
  mic.addEventListener('click', () => media.setMic(!media.mic));
  camera.addEventListener('click', () => media.setCamera(!media.camera));
  const render = () => {
    mic.setAttribute('aria-label', media.track('audio') ? (media.mic ? 'Mute' : 'Unmute') : 'Join Audio');
    camera.setAttribute('aria-label', media.camera ? 'Stop Video' : 'Start Video');
    for (const button of [mic, camera]) button.textContent = button.getAttribute('aria-label');
  };
  media.on('state', render);
  render();
  return el('div', { class: 'preview-devices' }, mic, camera);
}
