import { el } from '/lab/engine/dom.js';
import { startClient } from '/lab/engine/start-client.js';
import { testDevices } from './device-test.js';
import { createMeetingView } from './meeting-view.js';
import { createPlainView } from './plain-view.js';

const { client, media, room } = startClient();

/** As long as a page lets its visitor watch the test of the devices before it shows its entrance. */
const deviceTestMs = 4000;

const farewells = {
  denied: ['The host denied your request', 'You cannot join this meeting.'],
  'no-answer': ['Nobody answered your request', 'Ask somebody in the meeting to let you in, then try again.'],
  removed: ['You were removed from the meeting', 'The host has taken you out.'],
  ended: ['The meeting has ended', 'Thank you for coming.'],
  left: ['You left the meeting', 'You can come back by the same link.'],
  lost: ['The connection was lost', 'Open the link again to come back.'],
};

const show = (...content) => document.body.replaceChildren(...content);
const card = (...content) => el('main', { class: 'card' }, el('div', { class: 'brand' }, 'Meeting lab'), ...content);

function showEntrance() {
  const name = el('input', {
    id: 'name',
    name: 'name',
    autocomplete: 'name',
    maxlength: 100,
    required: '',
    placeholder: 'As the others will see it',
  });
  const button = el('button', { class: 'primary', type: 'submit' }, room.hasLobby ? 'Ask to join' : 'Join');
  async function submit(event) {
    event.preventDefault();
    if (name.value.trim() === '') return;
    button.disabled = true;
    await media.start({ mic: true, camera: false });
    client.join(name.value.trim());
  }
  const hint = room.hasLobby ? 'The host will let you in.' : 'The meeting is open to everyone with the link.';
  const form = el('form', { onsubmit: submit }, el('label', { for: 'name' }, 'Your name'), name, button);
  show(card(el('h1', {}, 'Ready to join?'), el('p', {}, hint), form));
  name.focus();
}

function showWaiting() {
  const text = el('p', { role: 'status' }, 'Please wait. The host will let you in soon.');
  show(card(el('div', { class: 'spinner' }), el('h1', {}, 'You are in the waiting room'), text, leaveButton()));
}

function showFarewell([title, text]) {
  const again = el('button', { onclick: () => location.reload() }, 'Back to the entrance');
  show(card(el('h1', { role: 'alert' }, title), el('p', {}, text), again));
}

function leaveButton() {
  return el('button', { class: 'danger', onclick: () => client.leave() }, 'Leave');
}

client.on('state', (state) => {
  if (state === 'waiting') showWaiting();
  else if (state === 'in-meeting') showMeeting();
  else showFarewell(farewells[state]);
});

function showMeeting() {
  const { variants } = room;
  if (!variants.has('plain'))
    return show(...createMeetingView({ client, media, roomId: room.id, variants, leaveButton }));
  const view = createPlainView({ client, variants });
  if (!variants.has('button-stays')) return show(view);
  // The form stays where it was, without the field, its button disabled.
  for (const field of document.querySelectorAll('form input, form label')) field.remove();
  document.body.append(view);
}

async function showDeviceTest() {
  const { player } = await testDevices();
  show(card(el('h1', {}, 'Do you hear the tone?'), player));
  // It goes on behind the entrance.
  setTimeout(showEntrance, deviceTestMs);
}

/** The whole meeting is a frame of this page: of its own site, or of another one. */
function showFrame() {
  const host = room.variants.has('foreign') ? location.host.replace('127.0.0.1', 'localhost') : location.host;
  const src = `${location.protocol}//${host}${location.pathname}`;
  show(
    el('h1', {}, 'Course 101'),
    el('iframe', { src, allow: 'microphone; camera; autoplay', width: '900', height: '480' }),
  );
}

/** Who comes by a frame has said on the page around it who they are. */
async function joinFramed() {
  await media.start({ mic: true, camera: false });
  client.join('Guest');
}

if (room.variants.has('frame') && window !== window.top) void joinFramed();
else if (room.variants.has('frame') && !window.lab) showFrame();
else if (room.variants.has('device-test') && !window.lab) void showDeviceTest();
else showEntrance();
