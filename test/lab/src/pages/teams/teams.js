import { startClient } from '/lab/engine/start-client.js';
import { createAudioOutputs } from '/lab/google-meet/audio-outputs.js';
import { createCallView } from './call-view.js';
import { createFarewell } from './farewell.js';
import { createLobby } from './lobby.js';
import { createPrejoin } from './prejoin.js';

const { client, media, room } = startClient();
const root = document.getElementById('app');
const variants = room?.variants ?? new Set();
let name = '';

createAudioOutputs(client, document.getElementById('outputs'));

client.on('state', (state) => {
  if (state === 'waiting') root.replaceChildren(createLobby({ client, media, variants, name }));
  else if (state === 'in-meeting') {
    // Inside, the address says nothing of the meeting.
    history.replaceState(null, '', '/light-meetings/call');
    root.replaceChildren(createCallView({ client, media, variants }));
  } else {
    if (['ended', 'left'].includes(state)) history.replaceState(null, '', '/postmeeting');
    root.replaceChildren(createFarewell(state));
  }
});

function knock(asName) {
  name = asName;
  // Only now does the platform say that there is no such meeting, and it says the same of a wrong passcode.
  if (room) client.join(name);
  else root.replaceChildren(createFarewell('not-found'));
}

root.replaceChildren(createPrejoin({ media, variants, knock }));
