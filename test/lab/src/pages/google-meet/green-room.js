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

  async function enter() {
    if (name.value.trim() === '') return;
    join.disabled = true;
    if (room.variants.has('captcha')) return page.append(captcha({ width: 300, height: 80 }));
    // The platform refuses by this answer, and the page goes on turning its wheel.
    if ((await askForDevice()) === 403) return side.replaceChildren(...waitingToGetReady());
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
  const side = el('section', { class: 'side' }, ...waitingToGetReady());
  setTimeout(() => side.replaceChildren(...ready), gettingReadyMs);

  const signIn = el('div', { class: 'top' }, el('b', {}, 'Meet'), el('span', {}, room.id));
  const page = el(
    'div',
    { class: 'green-room' },
    signIn,
    el('main', {}, el('div', { class: 'stage' }, preview.box), side),
    // There for everybody, and no test of anybody.
    captcha({ width: 1, height: 1 }),
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

function waitingToGetReady() {
  return [
    el('div', { class: 'spinner' }),
    el('h1', {}, 'Getting ready…'),
    el('p', {}, "You'll be able to join in just a moment"),
  ];
}

function captcha({ width, height }) {
  const style = `width:${width}px;height:${height}px;border:0`;
  return el('iframe', { src: '/recaptcha/api2/anchor', title: 'reCAPTCHA', style });
}

/** The platform's own request before the call; answers its status. */
async function askForDevice() {
  if (window.lab) return 204;
  const service = '/$rpc/google.rtc.meetings.v1.MeetingDeviceService/CreateMeetingDevice';
  const answer = await fetch(service, { method: 'POST' });
  return answer.status;
}
