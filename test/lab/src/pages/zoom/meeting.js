import { el } from '/lab/engine/dom.js';
import { createCaptions } from './captions.js';
import { createChatPanel } from './chat-panel.js';
import { createRecordingConsent, createUnmuteRequest, showToast } from './dialogs.js';
import { createFooter } from './footer.js';
import { createParticipantsPanel } from './participants-panel.js';
import { createTiles } from './tiles.js';
import { topic } from './topic.js';

/** The meeting: tiles, panels that exist while they are open, and a footer that hides while nobody moves. */
export function createMeeting({ client, media, room, audio }) {
  const open = new Map();
  const right = el('div', { id: 'wc-container-right' });
  // The chat is remembered while its panel is shut.
  const chatLog = [];
  client.on('chat', (line) => chatLog.push(line));
  const make = {
    participant: () => createParticipantsPanel(client, audio),
    chat: () => createChatPanel(client, chatLog),
  };

  /** Answers whether the panel is open afterwards. */
  function toggle(name) {
    if (open.has(name)) {
      open.get(name).remove();
      open.delete(name);
      return false;
    }
    open.set(name, make[name]());
    right.append(open.get(name));
    return true;
  }

  const captions = createCaptions(client, right);
  const footer = createFooter({ client, media, audio, captions, toggle, variants: room.variants });
  const header = el('div', { class: 'meeting-info' }, topic);
  const content = el('div', { id: 'wc-content' }, header, createTiles(client, audio), captions.overlay);
  client.on('recorded', () =>
    header.append(
      el('div', { class: 'recording-indication__recording-container', title: 'Recording to cloud' }, 'Recording'),
    ),
  );
  client.on('muted', () => showToast('You have been muted by the host'));
  client.on('asked-to-unmute', () => {
    if (media.mic) return;
    document.body.append(createUnmuteRequest(() => void media.setMic(true, { isInvited: true })));
  });
  const inner = el('div', { class: 'meeting-client-inner' }, content, right, footer);
  const meeting = el('div', { class: 'meeting-app' }, el('div', { class: 'meeting-client' }, inner));
  if (room.variants.has('recording-consent') && !window.lab) {
    audio.hold();
    meeting.append(createRecordingConsent(() => audio.release()));
  }
  return meeting;
}
