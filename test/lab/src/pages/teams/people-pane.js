import { el } from '/lab/engine/dom.js';
import { avatar } from './parts.js';

/** The list of everybody, with somebody in the lobby and somebody who was only invited. */
export function createPeoplePane(client, variants) {
  const prefix = variants.has('roster-in-call') ? 'participantsInCall' : 'attendeesInMeeting';
  const heading = el('span', { role: 'heading' });
  const rows = el('div', { role: 'group' });
  const tree = el(
    'div',
    { role: 'tree', 'aria-label': 'Attendees' },
    heading,
    rows,
    row({ tid: 'participantsInLobby-Somebody waiting', name: 'Somebody waiting', id: 'waiting', words: ['Waiting'] }),
    row({ tid: 'participantsFromThread-Invited only', name: 'Invited only', id: 'invited', words: ['Offline'] }),
  );
  const render = () => {
    heading.textContent = `In this meeting (${client.people.size})`;
    rows.replaceChildren(...[...client.people.values()].map((person) => personRow(person, prefix)));
  };
  client.on('people', render);
  render();
  return el('div', { class: 'pane-body' }, el('h2', {}, 'People'), tree);
}

function personRow({ id, name, mic }, prefix) {
  return row({ tid: `${prefix}-${name}`, name, id, words: mic ? ['Attendee'] : ['Attendee', 'muted'] });
}

function row({ tid, name, id, words }) {
  const picture = el('div', { id: `roster-avatar-img-${id}` }, avatar(name));
  return el(
    'div',
    {
      role: 'treeitem',
      'data-cid': 'roster-participant',
      'data-tid': tid,
      'aria-label': [name, ...words, 'Has context menu'].join(', '),
      class: 'person',
    },
    picture,
    el('span', { title: name }, name),
  );
}
