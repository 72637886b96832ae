import { el } from '/lab/engine/dom.js';
import { showScreens } from '/lab/engine/screens.js';
import { trackSpeaking } from '/lab/engine/speaking.js';
import { createMeter } from './meter.js';
import { avatar, icon, roundButton } from './parts.js';

/** The grid of tiles, one per person, with meters that move while the person speaks. */
export function createTiles(client) {
  const grid = el('div', { class: 'grid' });
  const tiles = new Map();
  client.on('level', ({ id, level }) => tiles.get(id)?.hear(level));
  trackSpeaking(client, (id, isSpeaking) => {
    tiles.get(id)?.setSpeaking(isSpeaking);
    // The platform's ring shows with three people or more, and stays with whoever spoke last.
    if (!isSpeaking || tiles.size < 3) return;
    for (const [other, tile] of tiles) tile.wrapper.classList.toggle('kssMZb', other === id);
  });

  function render() {
    for (const [id, tile] of tiles) {
      if (client.people.has(id)) continue;
      tile.wrapper.remove();
      tiles.delete(id);
    }
    for (const person of client.people.values()) {
      if (!tiles.has(person.id)) {
        const tile = createTile(person);
        tiles.set(person.id, tile);
        grid.append(tile.wrapper);
      }
      tiles.get(person.id).update(person);
    }
    grid.dataset.count = String(Math.min(tiles.size, 9));
  }
  client.on('people', render);
  render();
  showScreens(client, { make: createScreenTile, add: (tile) => grid.append(tile) });
  return grid;
}

/** A second tile of the same participant, with other media. */
function createScreenTile({ id, name }, video) {
  const ids = { 'data-participant-id': id, 'data-requested-participant-id': id, 'data-tile-media-id': `${id}/screen` };
  const overlay = el(
    'div',
    { class: 'name', jsname: 'giiMnc' },
    el('div', {}, el('span', { class: 'notranslate' }, name)),
  );
  const layout = el('div', { class: 'layout' }, el('div', { class: 'picture' }, filmOf(video)), overlay);
  return el('div', { class: 'dkjMxf' }, el('div', { class: 'tile', ...ids }, layout));
}

function createTile({ id, name, isSelf }) {
  const ids = { 'data-participant-id': id, 'data-requested-participant-id': id, 'data-tile-media-id': `${id}/media` };
  // One's own tile has no meter.
  const besideAvatar = isSelf ? null : createMeter({ bars: 0 });
  const corner = isSelf ? null : createMeter({ bars: 3 });
  const picture = el('div', { class: 'picture' });
  const muted = el('div', { class: 'muted' }, icon('mic_off'));
  const overlay = el(
    'div',
    { class: 'name', jsname: 'giiMnc' },
    el('div', {}, el('span', { class: 'notranslate' }, name)),
  );
  const tooltip = el('div', { role: 'tooltip', hidden: '' }, name);
  const reframe = isSelf ? roundButton({ label: 'Reframe', symbol: 'people', class: 'reframe' }) : null;
  const layout = el(
    'div',
    { class: 'layout' },
    picture,
    el('div', { class: 'corner' }, corner?.element, muted),
    overlay,
    tooltip,
    reframe,
  );
  const wrapper = el('div', { class: 'dkjMxf' }, el('div', { class: 'tile', ...ids }, layout));
  let isFilmed = null;
  let stream = null;

  return {
    wrapper,
    hear(level) {
      besideAvatar?.hear(level);
      corner?.hear(level);
    },
    setSpeaking(isSpeaking) {
      if (isSpeaking) return;
      besideAvatar?.rest();
      corner?.rest();
    },
    update(person) {
      muted.hidden = person.mic;
      if (person.camera === isFilmed && person.stream === stream) return;
      isFilmed = person.camera;
      stream = person.stream;
      picture.replaceChildren(...(isFilmed ? [film(stream)] : [avatar(name), besideAvatar?.element].filter(Boolean)));
    },
  };
}

function film(stream) {
  const video = el('video', { autoplay: '', playsinline: '' });
  video.muted = true;
  video.srcObject = stream;
  return filmOf(video);
}

function filmOf(video) {
  const ssrc = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  return el('div', { class: 'film', 'data-ssrc': ssrc }, video);
}
