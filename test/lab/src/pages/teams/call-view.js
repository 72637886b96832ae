import { el } from '/lab/engine/dom.js';
import { createCaptions } from './captions.js';
import { createChatPane } from './chat-pane.js';
import { createPeoplePane } from './people-pane.js';
import { createStage } from './stage.js';
import { createToolbar } from './toolbar.js';

/** The call: a toolbar on top, the stage, one side pane at a time, captions below. */
export function createCallView({ client, media, variants }) {
  const panes = { chat: createChatPane(client), people: createPeoplePane(client, variants) };
  const aside = el('aside', { class: 'pane', hidden: '' });
  let open = null;

  /** Chat and people exclude each other; the same button again closes its pane. */
  function togglePane(name) {
    open = open === name ? null : name;
    aside.hidden = open === null;
    aside.replaceChildren(...(open ? [panes[open]] : []));
  }

  const captions = createCaptions(client, variants.has('captions'));
  const toolbar = createToolbar({ client, media, variants, captions, togglePane });
  const middle = el('div', { class: 'middle' }, createStage(client), aside);
  const call = el('div', { class: 'call' }, toolbar, createBanner(), middle, captions.wrapper);
  if (variants.has('blinking-toolbar')) blink(call, toolbar);
  return call;
}

/** An alert that means nothing for the visit; it stays until dismissed. */
function createBanner() {
  const dismiss = el(
    'button',
    { 'data-tid': 'callingAlertDismissButton_RecordingStarted', 'aria-label': 'Dismiss' },
    '×',
  );
  const banner = el(
    'div',
    { role: 'alert', class: 'banner' },
    el('h2', {}, 'Recording and transcription have started'),
    dismiss,
  );
  dismiss.addEventListener('click', () => banner.remove());
  return banner;
}

// Longer than three looks a second apart.
const blinkMs = 4500;
const blinkAfterMs = 3000;

/** The toolbar goes and comes back, as it does when the platform redraws. */
function blink(call, toolbar) {
  setTimeout(() => {
    toolbar.remove();
    setTimeout(() => call.prepend(toolbar), blinkMs);
  }, blinkAfterMs);
}
