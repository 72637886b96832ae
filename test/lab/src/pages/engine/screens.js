import { el } from './dom.js';

/**
 * An element for each screen that one of the others shows, for as long as it is shown. `make(person, video)` gives the element
 * in the face's manner, with the video somewhere inside; `add` puts it where it belongs.
 */
export function showScreens(client, { make, add }) {
  const screens = new Map();

  function render() {
    // After the end the last picture stays.
    if (!client.self) return;
    for (const [id, { element }] of screens) {
      if (client.people.get(id)?.share) continue;
      element.remove();
      screens.delete(id);
    }
    for (const person of client.people.values()) {
      if (person.isSelf || !person.share) continue;
      if (!screens.has(person.id)) {
        const video = el('video', { autoplay: '', playsinline: '' });
        video.muted = true;
        screens.set(person.id, { video, element: make(person, video) });
        add(screens.get(person.id).element);
      }
      const { video } = screens.get(person.id);
      if (video.srcObject !== person.screenStream) video.srcObject = person.screenStream;
    }
  }

  client.on('people', render);
  render();
}
