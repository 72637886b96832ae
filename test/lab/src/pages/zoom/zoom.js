import { startClient } from '/lab/engine/start-client.js';
import { createAudio } from './audio.js';
import { createEndDialog } from './dialogs.js';
import { createMeeting } from './meeting.js';
import { createPreview } from './preview.js';
import { createWaitingRoom } from './waiting-room.js';

const { client, media, room } = startClient();
const root = document.getElementById('root');
const audio = createAudio({ client, media, variants: room.variants });

client.on('state', (state) => {
  if (state === 'waiting') root.replaceChildren(createWaitingRoom({ client, room }));
  else if (state === 'in-meeting') root.replaceChildren(createMeeting({ client, media, room, audio }));
  else if (state === 'left' && !window.lab) location.assign(`/wc/leave?meetingNumber=${room.id}`);
  // The dialog stands over what was there before, the call or the waiting room, and waits for a click.
  else if (!['left', 'no-answer'].includes(state)) document.body.append(createEndDialog(state, room));
});

root.replaceChildren(createPreview({ client, media, room }));
