import { avatarOf, el } from '/lab/engine/dom.js';
import { showScreens } from '/lab/engine/screens.js';
import { trackSpeaking } from '/lab/engine/speaking.js';

/** The gallery. Who speaks is marked above two tiles only. */
export function createTiles(client, audio) {
  const grid = el('div', { class: 'gallery-video-container__main-view' });
  const tiles = new Map();
  const isSpeaking = trackSpeaking(client, () => mark());

  function mark() {
    for (const [id, tile] of tiles) {
      const isActive = tiles.size > 2 && isSpeaking(id);
      tile.frame.classList.toggle('gallery-video-container__video-frame--active', isActive);
    }
  }
  function render() {
    // After the end the last picture stays under the dialog.
    if (!client.self) return;
    for (const [id, tile] of tiles) {
      if (client.people.has(id)) continue;
      tile.frame.remove();
      tiles.delete(id);
    }
    for (const person of client.people.values()) {
      if (!tiles.has(person.id)) tiles.set(person.id, createTile(person));
      const tile = tiles.get(person.id);
      if (!tile.frame.isConnected) grid.append(tile.frame);
      tile.update(person, !person.isSelf || audio.isJoined);
    }
    mark();
  }
  client.on('people', render);
  audio.on('change', render);
  render();
  showScreens(client, { make: createShare, add: (share) => grid.prepend(share) });
  return grid;
}

/** The share has a container of its own; its player has the sharer's number. */
function createShare({ id }, video) {
  const marks = { name: 'share-content', 'media-type': 'share', 'node-id': nodeIdOf(id) };
  const container = el(
    'video-player-container',
    { class: 'sharee-container__canvas' },
    el('video-player', marks, video),
  );
  return el('div', { id: 'sharee-container', class: 'sharee-container' }, container);
}

function nodeIdOf(id) {
  return String(Number(id.split('-')[1]) << 10);
}

function createTile({ id, name }) {
  const label = el('span', {}, name);
  const footer = el('div', { class: 'video-avatar__avatar-footer' }, label);
  const picture = el('div', { class: 'video-avatar__avatar' });
  const frame = el('div', { class: 'gallery-video-container__video-frame' }, picture, footer);
  const { colour } = avatarOf(name);
  let isFilmed = null;
  let stream = null;
  return {
    frame,
    update(person, hasAudio) {
      label.textContent = hasAudio ? name : `${name} is connecting to audio`;
      footer.querySelector('i')?.remove();
      if (!person.mic && hasAudio)
        footer.prepend(el('i', { class: 'video-avatar__avatar-footer--view-mute-computer' }));
      if (person.camera === isFilmed && person.stream === stream) return;
      isFilmed = person.camera;
      stream = person.stream;
      const still = el('div', { class: 'video-avatar__avatar-name', style: `background:${colour}` }, name);
      picture.replaceChildren(isFilmed ? film(stream, id) : still);
    },
  };
}

function film(stream, id) {
  const video = el('video', { autoplay: '', playsinline: '' });
  video.muted = true;
  video.srcObject = stream;
  const player = el('video-player', { 'media-type': 'video', 'node-id': nodeIdOf(id) }, video);
  return el('video-player-container', {}, player);
}
