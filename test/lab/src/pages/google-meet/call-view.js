import { el } from '/lab/engine/dom.js';
import { createCallControls } from './call-controls.js';
import { createCaptions } from './captions.js';
import { createChatPanel } from './chat-panel.js';
import { createDetailsPanel, createPeoplePanel } from './people-panel.js';
import { createTiles } from './tiles.js';

/** The call: tiles, a side panel, and the bar with "Call controls". */
export function createCallView({ client, media, roomId }) {
  const captions = createCaptions(client);
  const panels = {
    chat: createChatPanel(client),
    people: createPeoplePanel(client),
    details: createDetailsPanel(roomId),
  };
  const aside = el('aside', { 'aria-label': 'Side panel', class: 'panel', hidden: '' });
  let open = null;

  /** The toggles: the open panel closes, any other takes its place. */
  function togglePanel(name) {
    open = open === name ? null : name;
    aside.hidden = open === null;
    aside.replaceChildren(...(open ? [panels[open]] : []));
    return open;
  }

  const controls = createCallControls({ client, media, roomId, captions, togglePanel });
  // The platform marks a running call for itself by an element that is not shown.
  const mark = el('div', { 'data-in-call': 'true', 'data-is-anonymous': 'true', hidden: '' });
  const gemini = el('div', { class: 'pill', role: 'button', tabindex: '0' }, "Gemini isn't taking notes");
  const stage = el('main', { class: 'call-stage' }, gemini, createTiles(client), captions.region);
  return el('div', { class: 'call' }, mark, stage, aside, controls);
}
