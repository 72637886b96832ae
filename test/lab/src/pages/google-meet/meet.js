import { startClient } from '/lab/engine/start-client.js';
import { createAudioOutputs } from './audio-outputs.js';
import { createCallView } from './call-view.js';
import { createFarewell } from './farewell.js';
import { createGreenRoom } from './green-room.js';
import { createRecordingNotice } from './recording-notice.js';
import { createWaitingRoom } from './waiting-room.js';

const { client, media, room } = startClient();
const root = document.getElementById('yDmH0d');

createAudioOutputs(client, document.getElementById('outputs'));

client.on('state', (state) => {
  if (state === 'waiting') root.replaceChildren(createWaitingRoom({ client, media, variants: room.variants }));
  else if (state === 'in-meeting') enterCall();
  else root.replaceChildren(createFarewell(state));
});

// As long as a look at the page or two.
const flashMs = 600;

function enterCall() {
  const call = createCallView({ client, media, roomId: room.id });
  if (room.variants.has('recorded') && !window.lab) call.append(createRecordingNotice(client));
  if (!room.variants.has('flash') || window.lab) return root.replaceChildren(call);
  // The platform may speak of an error for a moment and go on.
  root.replaceChildren(createFarewell('flash'));
  setTimeout(() => client.state === 'in-meeting' && root.replaceChildren(call), flashMs);
}

root.replaceChildren(createGreenRoom({ client, media, room }));
