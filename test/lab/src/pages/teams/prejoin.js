import { el } from '/lab/engine/dom.js';
import { askAboutDevices } from './device-dialog.js';
import { avatar, button, toggle } from './parts.js';
import { raiseWall } from './walls.js';

// Long enough that a bot which looks for the name field at once does not find it.
const loadingMs = 500;

/** The page before the call. It is drawn for any meeting, and its Join button is never disabled. */
export function createPrejoin({ media, variants, knock }) {
  const page = el('div', { class: 'prejoin' });
  const isFramed = variants.has('device-dialog-iframe');
  const asks = (when) => variants.has(`device-dialog-${when}`) || (when === 'after' && isFramed);
  let isJoining = false;

  async function join(name) {
    if (isJoining || name === '') return;
    isJoining = true;
    if (asks('after')) await askAboutDevices(page, { isFramed });
    if (raiseWall(page, variants)) return;
    knock(name);
  }

  setTimeout(() => {
    page.append(createScreen({ media, join }));
    if (!window.lab) void prepareDevices();
  }, loadingMs);

  async function prepareDevices() {
    await media.start({ mic: true, camera: true });
    if (asks('before') || (!media.mic && !media.camera)) await askAboutDevices(page, { isFramed: false });
  }
  return page;
}

function createScreen({ media, join }) {
  const input = el('input', {
    type: 'text',
    'data-tid': 'prejoin-display-name-input',
    placeholder: 'Type your name',
    maxlength: 50,
  });
  // A controlled field: what it holds is what input events carried.
  let name = '';
  input.addEventListener('input', () => (name = input.value));
  input.addEventListener('blur', () => (input.value = name));
  const go = button('Join now', { id: 'prejoin-join-button', 'data-tid': 'prejoin-join-button', class: 'filled' });
  go.addEventListener('click', () => void join(name.trim()));

  const header = el(
    'header',
    {},
    el('div', { 'data-tid': 'meeting-header-title', role: 'heading' }, 'Microsoft Teams meeting'),
  );
  const audio = el(
    'div',
    { role: 'radiogroup', 'data-tid': 'calling-prejoin-v2-audio-options' },
    el('label', {}, el('input', { type: 'radio', name: 'audio', checked: '' }), 'Computer audio'),
    el('label', {}, el('input', { type: 'radio', name: 'audio' }), "Don't use audio"),
  );
  return el(
    'div',
    { 'data-tid': 'calling-prejoin-screen', class: 'screen' },
    header,
    createPreview(media),
    audio,
    input,
    el('div', { class: 'row' }, button('Cancel', { 'data-tid': 'prejoin-cancel-button' }), go),
    el('a', { href: 'https://login.microsoftonline.com/login' }, 'Sign in'),
  );
}

function createPreview(media) {
  const camera = toggle({
    tid: 'toggle-video',
    label: 'Camera',
    isOn: media.camera,
    onChange: (isOn) => media.setCamera(isOn),
  });
  const mic = toggle({
    tid: 'toggle-mute',
    label: 'Microphone',
    isOn: media.mic,
    onChange: (isOn) => media.setMic(isOn),
  });
  media.on('state', (state) => {
    camera.show(state.camera);
    mic.show(state.mic);
  });
  return el('div', { class: 'preview' }, avatar('You'), el('div', { class: 'row' }, camera.box, mic.box));
}
