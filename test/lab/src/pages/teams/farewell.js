import { el } from '/lab/engine/dom.js';
import { button } from './parts.js';

const refusals = {
  'not-found': "We couldn't find a meeting matching this ID and passcode",
  removed: "You've been removed from this meeting",
  lost: "We couldn't connect you",
};
const denials = {
  denied: 'Sorry, but you were denied access to the meeting.',
  'no-answer': 'Nobody responded to your request to join the meeting',
};
const ends = { ended: 'Meeting ended', left: 'Did you leave by mistake?' };

/** What is shown instead of a call. One screen serves wrong links, wrong passcodes and removals alike. */
export function createFarewell(state) {
  if (refusals[state]) return createRetryScreen(state);
  if (denials[state]) return el('main', { class: 'notice' }, el('div', {}, el('span', {}, denials[state])));
  return createEndScreen(ends[state]);
}

function createRetryScreen(state) {
  const id = 'calling-retry-screen';
  const isWrong = state === 'not-found';
  const fields = isWrong
    ? [el('input', { 'aria-label': 'Meeting ID' }), el('input', { 'aria-label': 'Passcode' })]
    : [];
  const alert = el(
    'div',
    { role: 'alert' },
    el('h1', { id: `${id}-title` }, refusals[state]),
    el('h2', { id: `${id}-description` }, isWrong ? 'Check the meeting ID and passcode and try again.' : ''),
    ...fields,
    button('Rejoin', { disabled: '' }),
    button('Dismiss', { 'data-tid': 'calling-retry-cancelbutton' }),
  );
  return el('div', { 'data-tid': id, class: 'notice' }, alert);
}

function createEndScreen(title) {
  return el(
    'main',
    { class: 'notice' },
    el('h1', { 'data-tid': 'anon-meeting-end-screen-header' }, title),
    button('Rejoin', { 'data-tid': 'anon-meeting-end-screen-rejoin-button', class: 'filled' }),
  );
}
