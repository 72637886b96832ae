import { avatarOf, el } from '/lab/engine/dom.js';
import { showScreens } from '/lab/engine/screens.js';
import { trackSpeaking } from '/lab/engine/speaking.js';

/** The stage with a tile per person, the chat and the bar of buttons. */
export function createMeetingView({ client, media, roomId, variants, leaveButton }) {
  const stage = el('section', { class: 'stage', 'aria-label': 'Participants' });
  const tiles = new Map();
  const isSpeaking = trackSpeaking(client, (id, isOn) => {
    if (tiles.has(id)) tiles.get(id).figure.dataset.speaking = String(isOn);
  });

  function render() {
    for (const [id, tile] of tiles) {
      if (client.people.has(id)) continue;
      tile.figure.remove();
      tiles.delete(id);
    }
    for (const person of client.people.values()) {
      if (!tiles.has(person.id)) {
        tiles.set(person.id, createTile(person));
        stage.append(tiles.get(person.id).figure);
        tiles.get(person.id).figure.dataset.speaking = String(isSpeaking(person.id));
      }
      tiles.get(person.id).update(person);
    }
    stage.dataset.count = String(Math.min(tiles.size, 9));
  }

  client.on('people', render);
  render();
  showScreens(client, {
    make: ({ id, name }, video) =>
      el('figure', { 'data-screen-share': id, 'aria-label': `${name} shows a screen` }, video),
    add: (figure) => stage.prepend(figure),
  });
  const title = el('header', { class: 'title' }, el('b', {}, 'Meeting lab'), el('span', {}, roomId));
  const bar = el(
    'nav',
    { class: 'bar', 'aria-label': 'Controls' },
    ...deviceButtons(client, media, variants),
    leaveButton(),
  );
  return [el('div', { class: 'meeting' }, title, stage, createChat(client), bar)];
}

function createTile({ id, name, isSelf }) {
  const { colour, initial } = avatarOf(name);
  const label = isSelf ? `${name} (you)` : name;
  const avatar = el('div', { class: 'avatar', style: `background:${colour}` }, initial);
  const muted = el('i', { class: 'icon muted', 'data-icon': 'mic_off' }, 'mic_off');
  // Nobody hears themselves: one's own tile has no audio.
  const audio = isSelf ? null : el('audio', { autoplay: '' });
  const figure = el(
    'figure',
    { 'data-participant-id': id, 'aria-label': name, 'data-speaking': 'false' },
    avatar,
    audio,
    el('figcaption', {}, label),
    muted,
  );
  let video = null;

  return {
    figure,
    update(person) {
      muted.hidden = person.mic;
      if (audio && audio.srcObject !== person.stream) audio.srcObject = person.stream;
      if (person.camera && !video) {
        video = el('video', { autoplay: '', playsinline: '' });
        // The sound is the audio element's; a picture that must be silent may also always play.
        video.muted = true;
        figure.prepend(video);
      } else if (!person.camera && video) {
        video.remove();
        video = null;
      }
      if (video && video.srcObject !== person.stream) video.srcObject = person.stream;
    },
  };
}

function deviceButtons(client, media, variants) {
  // Some pages take a person's presses only.
  const isTaken = ({ isTrusted }) => isTrusted || !variants.has('real-presses');
  const mic = el('button', { onclick: (event) => isTaken(event) && media.setMic(!media.mic) });
  const camera = el('button', { onclick: () => media.setCamera(!media.camera) });
  const draw = (button, icon, label) => button.replaceChildren(el('i', { class: 'icon', 'data-icon': icon }), label);
  function render() {
    mic.disabled = !media.mayUnmute && !media.mic;
    draw(mic, media.mic ? 'mic' : 'mic_off', media.mic ? 'Mute' : 'Unmute');
    draw(camera, media.camera ? 'videocam' : 'videocam_off', media.camera ? 'Stop camera' : 'Start camera');
  }
  client.on('people', render);
  media.on('state', render);
  render();
  return [mic, camera];
}

function createChat(client) {
  const list = el('ol', { 'aria-label': 'Messages', 'aria-live': 'polite' });
  const input = el('input', {
    'aria-label': 'Message',
    placeholder: 'Write to everyone',
    maxlength: 500,
    autocomplete: 'off',
  });
  client.on('chat', ({ id, name, text, at }) => {
    const time = new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    const head = el('div', {}, el('b', {}, name), el('time', { datetime: new Date(at).toISOString() }, time));
    list.append(el('li', { 'data-sender-id': id }, head, el('p', {}, text)));
    list.lastElementChild.scrollIntoView({ block: 'end' });
  });
  function submit(event) {
    event.preventDefault();
    if (input.value.trim() !== '') client.sendChat(input.value.trim());
    input.value = '';
  }
  const form = el('form', { onsubmit: submit }, input, el('button', { class: 'primary' }, 'Send'));
  return el('aside', { class: 'chat', 'aria-label': 'Chat' }, el('h2', {}, 'Chat'), list, form);
}
