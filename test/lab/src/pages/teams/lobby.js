import { el } from '/lab/engine/dom.js';
import { button, toggle } from './parts.js';

/** Knocked, not admitted. There is a hang-up button here as well, and a Join button may stay behind. */
export function createLobby({ client, media, variants, name }) {
  const texts = variants.has('not-started')
    ? [el('h2', {}, "When the meeting starts, we'll let people know you're waiting")]
    : variants.has('lobby-by-name')
      ? [el('div', {}, el('span', {}, `Hi, ${name}. Someone will let you in shortly.`))]
      : [
          el('h2', {}, "We've let people in the meeting know you're waiting"),
          el('p', {}, 'Someone will let you in shortly'),
        ];
  const join = variants.has('lobby-keeps-join')
    ? button('Join now', { 'data-tid': 'prejoin-join-button', class: 'filled' })
    : null;
  const mic = toggle({ tid: 'toggle-mute', label: 'Microphone', isOn: media.mic, onChange: (on) => media.setMic(on) });
  const leave = button('Leave', { id: 'hangup-button', 'data-tid': 'hangup-main-btn', class: 'hang-up' });
  leave.addEventListener('click', () => client.leave());
  return el('main', { class: 'notice' }, ...texts, el('div', { class: 'row' }, mic.box, join, leave));
}
