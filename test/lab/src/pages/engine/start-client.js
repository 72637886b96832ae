import { LocalMedia } from './local-media.js';
import { RoomClient } from './room-client.js';
import { roomOfPage } from './dom.js';

/** The engine for the room that this page shows. */
export function startClient() {
  const room = roomOfPage();
  const media = new LocalMedia();
  const client = new RoomClient({ roomId: room?.id, media, token: window.lab?.token, variants: room?.variants });
  window.lab?.attach(client);
  if (room && !window.lab) stopWhere(room.variants, client);
  return { client, media, room };
}

// Long enough that what came before is seen.
const stopAfterMs = 2000;

/** Variants under which the page answers nothing any more: before the entrance, while it waits, or in the meeting. */
function stopWhere(variants, client) {
  if (variants.has('dead-outside')) stop();
  client.on('state', (state) => variants.has(`dead-${state}`) && setTimeout(stop, stopAfterMs));
}

/** What a script without end does to a page, at no cost to the machine: the answer never comes. */
function stop() {
  const request = new XMLHttpRequest();
  request.open('GET', '/lab/never', false);
  request.send();
}
