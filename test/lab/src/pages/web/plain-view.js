import { el } from '/lab/engine/dom.js';

/** A meeting of a page that shows nobody and has no controls: sound for everybody who sends some, and under `alerts` what is written. */
export function createPlainView({ client, variants }) {
  const sounds = el('div', {});
  const playing = new Map();
  function render() {
    for (const { id, isSelf, stream } of client.people.values()) {
      if (isSelf || !stream || playing.has(id)) continue;
      const audio = el('audio', { autoplay: '' });
      audio.srcObject = stream;
      playing.set(id, audio);
      sounds.append(audio);
    }
    for (const [id, audio] of playing) {
      if (client.people.has(id)) continue;
      audio.remove();
      playing.delete(id);
    }
  }
  client.on('people', render);
  render();
  const alerts = el('div', {});
  if (variants.has('alerts')) {
    client.on('chat', ({ text }) => alerts.append(el('div', { role: 'alert' }, text)));
  }
  return el('main', { class: 'card' }, el('p', {}, 'Meeting lab'), sounds, alerts);
}
