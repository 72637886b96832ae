import { el } from '/lab/engine/dom.js';
import { trackSpeaking } from '/lab/engine/speaking.js';

/** The list of everybody, with labels in brackets and a mark beside each who speaks. */
export function createParticipantsPanel(client, audio) {
  const list = el('div', { id: 'participants-ul', role: 'list', class: 'participants-list' });
  const head = el('div', { class: 'participants-header__title' });
  const isSpeaking = trackSpeaking(client, () => render());
  function render() {
    if (!client.self) return;
    const people = [...client.people.values()];
    head.textContent = `Participants (${people.length})`;
    const first = Math.min(...people.map(({ id }) => Number(id.split('-')[1])));
    list.replaceChildren(
      ...people.map((person, index) =>
        row({
          person,
          index,
          isHost: person.id === `person-${first}`,
          hasAudio: !person.isSelf || audio.isJoined,
          isSpeaking: isSpeaking(person.id),
        }),
      ),
    );
  }
  client.on('people', render);
  audio.on('change', render);
  render();
  return el('div', { class: 'participants-wrapper' }, head, list);
}

function row({ person, index, isHost, hasAudio, isSpeaking }) {
  const { name, mic, camera, share, isSelf } = person;
  const labels = [isHost && !isSelf ? 'Host' : '', isSelf ? (isHost ? 'Host, me' : 'Me') : ''].filter(Boolean);
  const sound = hasAudio ? `computer audio ${mic ? 'unmuted' : 'muted'}` : 'no audio connected';
  const called = labels.length > 0 ? `${name} (${labels.join(', ')})` : `${name} `;
  return el(
    'div',
    {
      id: `participants-list-${index}`,
      class: 'participants-li',
      role: 'listitem',
      'aria-label': `${called},${sound},video ${camera ? 'on' : 'off'}${share ? ' screen sharing' : ''}`,
    },
    el('span', { class: 'participants-item__display-name' }, name),
    labels.length > 0 ? el('span', { class: 'participants-item__name-label' }, `(${labels.join(', ')})`) : null,
    isSpeaking ? el('i', { class: 'participants-icon__voip-speaking-icon' }) : null,
  );
}
