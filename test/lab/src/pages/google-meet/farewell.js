import { el } from '/lab/engine/dom.js';
import { textButton } from './parts.js';

const titles = {
  denied: 'Someone in the call denied your request to join',
  'no-answer': 'No one responded to your request to join the call',
  removed: "You've been removed from the meeting",
  ended: 'The call ended',
  left: 'You left the meeting',
  lost: 'You lost your network connection. Trying to reconnect.',
  flash: "Couldn't start the video call because of an error",
};
const wasInCall = new Set(['removed', 'ended', 'left']);

/** The full page after a call or a refusal. The address keeps the meeting's code. */
export function createFarewell(state) {
  const rejoin = () => location.reload();
  const buttons = [
    textButton(wasInCall.has(state) ? 'Rejoin' : 'Ask to join again', { jsname: 'W6suGc', onclick: rejoin }),
    textButton('Return to home screen', {
      class: 'filled-button',
      jsname: 'dqt8Pb',
      onclick: () => location.assign('/'),
    }),
  ];
  return el(
    'main',
    { class: 'notice', 'data-call-ended': wasInCall.has(state) ? 'true' : null },
    el('h1', { jsname: 'r4nke', class: 'roSPhc', tabindex: '-1' }, titles[state]),
    el('div', { class: 'row' }, ...(['lost', 'flash'].includes(state) ? [] : buttons)),
  );
}
