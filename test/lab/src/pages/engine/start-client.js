import { LocalMedia } from './local-media.js';
import { RoomClient } from './room-client.js';
import { roomOfPage } from './dom.js';

/** The engine for the room that this page shows. */
export function startClient() {
  const room = roomOfPage();
  const media = new LocalMedia();
  const client = new RoomClient({ roomId: room?.id, media, token: window.lab?.token });
  window.lab?.attach(client);
  return { client, media, room };
}
