import { el } from '/lab/engine/dom.js';
import { button } from './parts.js';

/** The bar of the call. Leave is a plain button for guests; a presenter's second half would end it for everybody. */
export function createToolbar({ client, media, variants, captions, togglePane }) {
  const count = el('span', { 'data-tid': 'roster-button-tile' });
  const people = el('button', { id: 'roster-button', 'aria-label': 'People' }, 'People', count);
  people.addEventListener('click', () => togglePane('people'));
  const chat = button('Chat', { id: 'chat-button', 'aria-label': 'Chat' });
  chat.addEventListener('click', () => togglePane('chat'));
  const render = () => (count.textContent = String(client.people.size));
  client.on('people', render);
  render();

  const more = button('More', { id: 'callingButtons-showMoreBtn', 'aria-haspopup': 'menu' });
  const menu = createMenu(captions, variants.has('language-menu'));
  more.addEventListener('click', () => (menu.hidden = !menu.hidden));

  const mic = button('', { id: 'microphone-button' });
  const camera = button('', { id: 'video-button' });
  const disabled = el('div', { role: 'status', class: 'notice-line' }, 'Your mic has been disabled');
  mic.addEventListener('click', () => void media.setMic(!media.mic));
  camera.addEventListener('click', () => void media.setCamera(!media.camera));
  const show = () => {
    label(mic, media.mic ? 'Mute mic' : 'Unmute mic');
    // Disabled by an organizer.
    mic.disabled = !media.mayUnmute && !media.mic;
    disabled.hidden = !mic.disabled;
    label(camera, media.camera ? 'Turn camera off' : 'Turn camera on');
  };
  media.on('state', show);
  show();

  const leave = button('Leave', { id: 'hangup-button', 'data-tid': 'hangup-main-btn', class: 'hang-up' });
  leave.addEventListener('click', () => client.leave());
  return el(
    'div',
    { role: 'toolbar', 'data-tid': 'calling-toolbar', class: 'toolbar' },
    // Guests may be without a chat.
    variants.has('no-chat') ? null : chat,
    people,
    button('Raise', { id: 'raisehands-button' }),
    button('View', { id: 'view-mode-button' }),
    more,
    menu,
    camera,
    mic,
    disabled,
    button('Share', { id: 'share-button' }),
    leave,
  );
}

function label(element, text) {
  element.textContent = text;
  element.setAttribute('aria-label', text);
}

/** In some builds the captions are behind another menu inside it. */
function createMenu(captions, isNested) {
  const item = el('div', { role: 'menuitem', tabindex: '0' });
  const render = () => {
    item.id = captions.isOn() ? 'closed-captions-turn-off-button' : 'closed-captions-button';
    item.textContent = captions.isOn() ? 'Hide live captions' : 'Show live captions';
  };
  const nested = el(
    'div',
    { role: 'menuitem', tabindex: '0', id: 'LanguageSpeechMenuControl-id' },
    'Language and speech',
  );
  const menu = el('div', { role: 'menu', class: 'menu', hidden: '' }, isNested ? nested : item);
  nested.addEventListener('click', () => nested.replaceWith(item));
  item.addEventListener('click', () => {
    captions.toggle();
    menu.hidden = true;
    render();
  });
  render();
  return menu;
}
