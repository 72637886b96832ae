import { el } from '/lab/engine/dom.js';
import { topic } from './topic.js';

/** Knocked, not admitted: inside the same root as the meeting itself. A host who is not there yet shows in the preview's. */
export function createWaitingRoom({ client, room }) {
  const isNotStarted = room.variants.has('not-started');
  const tip = isNotStarted
    ? 'Waiting for the host to start the meeting.'
    : "Host has joined. We've let them know you're here.";
  const container = el(
    'div',
    { class: 'waiting-room-container' },
    el('div', { class: 'wr-topic' }, topic),
    el('div', { class: 'wr-tip' }, el('span', {}, tip)),
    el('button', { class: 'leave-btn', onclick: () => client.leave() }, 'Exit'),
  );
  if (isNotStarted) return el('div', { class: 'preview-root' }, container);
  const hold = el('div', { class: 'meeting-on-hold on-hold-main' }, container);
  return el('div', { class: 'meeting-app' }, el('div', { class: 'meeting-client' }, hold));
}
