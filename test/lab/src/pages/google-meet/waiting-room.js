import { el } from '/lab/engine/dom.js';
import { deviceToggles, roundButton, selfPreview } from './parts.js';

/** Knocked, not admitted. Much of what the call has is here too, on the platform as in this imitation. */
export function createWaitingRoom({ client, media, variants }) {
  const { mic, camera } = deviceToggles(media);
  const leave = roundButton({
    label: 'Leave call',
    symbol: 'call_end',
    jsname: 'CQylAd',
    class: 'hang-up',
    onclick: () => client.leave(),
  });
  const preview = selfPreview(media, () => 'You');
  preview.box.setAttribute('data-participant-id', 'spaces/pending/devices/self');
  preview.box.append(el('span', { class: 'notranslate name' }, 'You'));
  const side = el(
    'section',
    { class: 'side' },
    el('div', { class: 'spinner' }),
    ...(variants.has('not-started') ? notStarted() : asking()),
    el('a', { class: 'text-button quiet', href: '/' }, 'Return to home screen'),
  );
  const bar = el('div', { class: 'waiting-bar' }, mic, camera, leave);
  return el(
    'div',
    { class: 'green-room' },
    el('div', { class: 'top' }, el('b', {}, 'Meet')),
    el('main', {}, el('div', { class: 'stage' }, preview.box, bar), side),
  );
}

function asking() {
  return [
    el('h1', { jsname: 'r4nke', class: 'roSPhc' }, 'Asking to be let in…'),
    el('p', { role: 'status' }, "You'll join the call when someone lets you in"),
  ];
}

/** When the host has to come first. */
function notStarted() {
  return [
    el('h1', { jsname: 'r4nke', class: 'roSPhc' }, 'Waiting for the host to join'),
    el('p', {}, 'Ask them to join the call'),
  ];
}
