import { el } from '/lab/engine/dom.js';
import { avatar, icon, roundButton } from './parts.js';

/** The list of everybody in the call. */
export function createPeoplePanel(client) {
  const list = el('div', { role: 'list', 'aria-label': 'Participants' });
  const render = () => list.replaceChildren(...[...client.people.values()].map(row));
  client.on('people', render);
  render();
  return el('div', { class: 'panel-body' }, el('h2', {}, 'People'), el('h3', {}, 'In the meeting'), list);
}

function row({ id, name, mic, isSelf }) {
  const badges = isSelf ? [el('span', { class: 'badge' }, '(You)')] : [];
  const remote = `You can't remotely mute ${name}'s microphone`;
  return el(
    'div',
    { role: 'listitem', 'aria-label': name, 'data-participant-id': id },
    avatar(name),
    el('div', { class: 'who' }, el('span', { class: 'zWGUib' }, name), ...badges),
    el('button', { class: 'round bare', 'aria-label': remote, disabled: '' }, icon(mic ? 'mic' : 'mic_off')),
    roundButton({ label: 'More actions', symbol: 'more_vert', class: 'bare' }),
  );
}

/** How others can join. */
export function createDetailsPanel(roomId) {
  const link = el('p', {}, `meet.google.com/${roomId}`);
  return el('div', { class: 'panel-body' }, el('h2', {}, 'Meeting details'), el('h3', {}, 'Joining info'), link);
}
