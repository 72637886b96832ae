import { el } from '/lab/engine/dom.js';
import { deviceToggles, selfPreview, textButton } from './parts.js';

// Long enough that a bot which looks for the join button at once does not find it.
const gettingReadyMs = 700;

/** The page before the call: name, devices, and a join button that wants a name first. */
export function createGreenRoom({ client, media, room }) {
  const name = el('input', {
    type: 'text',
    jsname: 'YPqjbf',
    'aria-label': 'Your name',
    placeholder: 'Your name',
    autocomplete: 'name',
    maxlength: 60,
    required: '',
  });
  const join = textButton(room.hasLobby ? 'Ask to join' : 'Join now', { class: 'filled-button', disabled: '' });
  const preview = selfPreview(media, () => name.value.trim());
  const { mic, camera } = deviceToggles(media);
  preview.box.append(el('div', { class: 'preview-bar' }, mic, camera));

  function enter() {
    if (name.value.trim() === '') return;
    join.disabled = true;
    client.join(name.value.trim());
  }
  name.addEventListener('input', () => {
    join.disabled = name.value.trim() === '';
    preview.render();
  });
  name.addEventListener('keydown', ({ key }) => key === 'Enter' && enter());
  join.addEventListener('click', enter);

  const others = el('button', { class: 'text-button', 'aria-label': 'Other ways to join' }, 'Other ways to join');
  const ready = [
    el('h1', { jsname: 'r4nke', class: 'roSPhc' }, "What's your name?"),
    el('div', { class: 'field' }, name),
    el('div', { jsname: 'Qx7uuf', class: 'join' }, join),
    others,
    el('a', { class: 'text-button quiet', href: '/' }, 'Return to home screen'),
  ];
  const side = el(
    'section',
    { class: 'side' },
    el('div', { class: 'spinner' }),
    el('h1', {}, 'Getting ready…'),
    el('p', {}, "You'll be able to join in just a moment"),
  );
  setTimeout(() => side.replaceChildren(...ready), gettingReadyMs);

  const signIn = el('div', { class: 'top' }, el('b', {}, 'Meet'), el('span', {}, room.id));
  const page = el(
    'div',
    { class: 'green-room' },
    signIn,
    el('main', {}, el('div', { class: 'stage' }, preview.box), side),
  );
  void prepareDevices(media, page);
  return page;
}

/** Takes the devices when that is allowed already, and asks the person when it is not. */
async function prepareDevices(media, page) {
  const permission = await navigator.permissions.query({ name: 'microphone' }).catch(() => ({ state: 'prompt' }));
  // The lab's own participants bring their devices with them.
  if (window.lab) return;
  if (permission.state === 'granted') await media.start({ mic: true, camera: true });
  else page.append(createDeviceDialog(media));
}

function createDeviceDialog(media) {
  const close = () => dialog.remove();
  const use = textButton('Use microphone and camera', { class: 'filled-button', 'data-mdc-dialog-action': 'ok' });
  use.addEventListener('click', () => {
    close();
    void media.start({ mic: true, camera: true });
  });
  const without = textButton('Continue without microphone and camera', {
    'data-mdc-dialog-action': 'cancel',
    onclick: close,
  });
  const box = el(
    'div',
    { class: 'dialog', role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'device-question' },
    el('h2', { id: 'device-question' }, 'Do you want people to see and hear you in the meeting?'),
    el('p', {}, 'You can still turn off your microphone and camera anytime in the meeting.'),
    use,
    without,
  );
  const dialog = el('div', { class: 'scrim' }, box);
  return dialog;
}
