import { startClient } from '/lab/engine/start-client.js';
import { createAudioOutputs } from './audio-outputs.js';
import { createCallView } from './call-view.js';
import { createFarewell } from './farewell.js';
import { createGreenRoom } from './green-room.js';
import { createWaitingRoom } from './waiting-room.js';

const { client, media, room } = startClient();
const root = document.getElementById('yDmH0d');

createAudioOutputs(client, document.getElementById('outputs'));

client.on('state', (state) => {
  if (state === 'waiting') root.replaceChildren(createWaitingRoom({ client, media }));
  else if (state === 'in-meeting') root.replaceChildren(createCallView({ client, media, roomId: room.id }));
  else root.replaceChildren(createFarewell(state));
});

root.replaceChildren(createGreenRoom({ client, media, room }));
