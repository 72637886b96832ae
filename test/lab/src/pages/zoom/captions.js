import { avatarOf, el } from '/lab/engine/dom.js';
import { createLanguageDialog } from './dialogs.js';

/** Over the picture, captions go after a while without speech. */
const shownMs = 10_000;
/** The transcript draws so many of its newest items; for a moment after a new one, some that had left as well. */
const [drawn, more, moreMs] = [3, 2, 1500];

/** Captions: nothing is received before they are on. Then they are over the picture, and in a transcript with names on the right. */
export function createCaptions(client, right) {
  const overlay = el('div', { class: 'live-transcription-subtitle__box' });
  const panel = createTranscript();
  const items = new Map();
  const listeners = [];
  let isOn = false;
  let isReceived = false;

  client.on('caption', ({ id, key, text }) => {
    if (!isReceived) return;
    const itemKey = `${id} ${key}`;
    if (!items.has(itemKey)) {
      const before = [...items.values()].at(-1);
      const name = client.people.get(id)?.name ?? '';
      const time = new Date().toTimeString().split(' ')[0];
      items.set(itemKey, { id, name, time, isFirstOfRun: before?.id !== id });
    }
    items.get(itemKey).text = text;
    panel.show([...items.values()]);
    if (isOn) show(id, text);
  });

  /** One row for each who speaks, under the same id, with a picture and no name. */
  function show(id, text) {
    const { colour, initial } = avatarOf(client.people.get(id)?.name ?? '');
    const picture = el('span', { 'aria-hidden': 'true', style: `background:${colour}` }, initial);
    const words = el('span', { dir: 'auto', class: 'live-transcription-subtitle__item' }, text);
    const line = el('div', { id: 'live-transcription-subtitle', 'data-of': id }, picture, words);
    overlay.querySelector(`[data-of="${id}"]`)?.remove();
    overlay.append(line);
    setTimeout(() => (line.style.display = 'none'), shownMs);
  }

  function set(value) {
    isOn = value;
    isReceived ||= isOn;
    overlay.replaceChildren();
    for (const listener of listeners) listener();
  }

  return {
    overlay,
    isOn: () => isOn,
    onChange: (listener) => listeners.push(listener),
    /** The first time the language is asked for. */
    toggle() {
      if (isReceived) set(!isOn);
      else if (!document.querySelector('.lt-select-language'))
        document.body.append(createLanguageDialog(() => set(true)));
    },
    toggleTranscript: () => (panel.element.isConnected ? panel.element.remove() : right.append(panel.element)),
  };
}

/** A list that draws what is in sight, each time anew. */
function createTranscript() {
  const list = el('div', {
    class: 'lt-virtualized-list',
    role: 'application',
    'aria-label': 'Live Transcription List',
  });
  const head = el('div', { class: 'lt-header__header' }, el('div', { class: 'lt-header__title' }, 'Transcript'));
  const holder = el('div', { class: 'new-lt-list-container' }, list);
  const element = el('div', { id: 'full-transcription' }, head, holder);
  let count = 0;
  let timer;
  function draw(items, length) {
    list.replaceChildren(...items.slice(-length).map((item) => createItem(item, item === items[0])));
  }
  return {
    element,
    show(items) {
      const isNew = items.length > count;
      count = items.length;
      if (!isNew) return draw(items, drawn);
      draw(items, drawn + more);
      clearTimeout(timer);
      timer = setTimeout(() => draw(items, drawn), moreMs);
    },
  };
}

function createItem({ name, time, text, isFirstOfRun }, isFirst) {
  const title = el(
    'div',
    { class: `lt-full-transcript__title${isFirst ? '--first' : ''}` },
    el('span', { class: 'lt-full-transcript__avatar', 'aria-hidden': 'true' }),
    el('span', { class: 'lt-full-transcript__display-name' }, el('b', {}, name)),
  );
  return el(
    'div',
    { class: 'lt-full-transcript__item easy-nav-list', tabindex: '0', role: 'presentation' },
    isFirstOfRun ? title : null,
    el(
      'div',
      {},
      el('div', { class: 'lt-full-transcript__time' }, time),
      el('div', { class: 'lt-full-transcript__message' }, text),
    ),
  );
}
