import { el } from '/lab/engine/dom.js';
import { startClient } from '/lab/engine/start-client.js';
import { createMeetingView } from './meeting-view.js';

const { client, media, room } = startClient();

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
  else if (state === 'in-meeting') show(...createMeetingView({ client, media, roomId: room.id, leaveButton }));
  else showFarewell(farewells[state]);
});
showEntrance();
