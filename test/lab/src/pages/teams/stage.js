import { el } from '/lab/engine/dom.js';
import { showScreens } from '/lab/engine/screens.js';
import { trackSpeaking } from '/lab/engine/speaking.js';
import { avatar } from './parts.js';

/** The tiles. A person's mark on the stage is the name itself, whatever it says. */
export function createStage(client) {
  const stage = el('div', { 'data-tid': 'stage-layout', class: 'stage' });
  const tiles = new Map();
  trackSpeaking(client, (id, isSpeaking) => tiles.get(id)?.setSpeaking(isSpeaking));

  function render() {
    for (const [id, tile] of tiles) {
      if (client.people.has(id)) continue;
      // Tiles are recycled: what is left of somebody stays for a while without a size.
      tile.retire();
      tiles.delete(id);
    }
    for (const person of client.people.values()) {
      if (!tiles.has(person.id)) {
        const tile = createTile(person);
        tiles.set(person.id, tile);
        stage.append(tile.element);
      }
      tiles.get(person.id).update(person);
    }
  }
  client.on('people', render);
  render();
  showScreens(client, { make: createScreen, add: (screen) => stage.prepend(screen) });
  return stage;
}

/** Another type of stream. No capture says which mark it has beside that, so it bears nobody's name. */
function createScreen(_, video) {
  const marks = { 'data-cid': 'calling-participant-stream', 'data-stream-type': 'ScreenSharing', class: 'stream' };
  const picture = el('div', { class: 'picture' }, video);
  return el('div', { class: 'tile', 'aria-label': 'Shared content' }, el('div', marks, picture));
}

function createTile({ name, isSelf }) {
  const outline = isSelf ? null : el('div', { 'data-tid': 'voice-level-stream-outline', class: 'outline' });
  const picture = el('div', { class: 'picture' });
  const stream = el(
    'div',
    { 'data-stream-type': 'Video', 'data-tid': name, class: 'stream' },
    picture,
    outline,
    el('span', { title: name, class: 'name' }, name),
  );
  const element = el('div', { role: 'menuitem', tabindex: '0', class: 'tile' }, stream);
  let shown;
  return {
    element,
    /** One's own tile has no outline. */
    setSpeaking(isSpeaking) {
      outline?.classList.toggle('vdi-frame-occlusion', isSpeaking);
    },
    retire() {
      element.classList.add('phantom');
    },
    update({ mic, camera, stream: source }) {
      // There is a word for muted and none for the contrary.
      const words = [camera ? 'video is on' : null, mic ? null : 'muted', 'Context menu is available'].filter(Boolean);
      element.setAttribute('aria-label', [isSelf ? `Myself video, ${name}` : name, ...words].join(', '));
      const wanted = camera ? source : name;
      if (wanted === shown) return;
      shown = wanted;
      picture.replaceChildren(camera && source ? film(source) : avatar(name));
    },
  };
}

function film(source) {
  const video = el('video', { autoplay: '', playsinline: '' });
  video.muted = true;
  video.srcObject = source;
  return video;
}
