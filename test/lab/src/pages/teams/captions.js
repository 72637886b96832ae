import { el } from '/lab/engine/dom.js';

const keptRows = 3;
/** A row says what is said before it says who says it. */
const authorMs = 500;

/** Live captions: rows are rewritten in place, and the nodes of old rows are used again. */
export function createCaptions(client, isOnAtFirst) {
  const list = el('div', { 'data-tid': 'closed-caption-v2-virtual-list-content' });
  const wrapper = el(
    'div',
    { 'data-tid': 'closed-caption-renderer-wrapper', 'aria-label': 'Live Captions', class: 'captions' },
    el('div', {}, list),
  );
  wrapper.hidden = !isOnAtFirst;
  const rows = new Map();
  let position = 0;
  client.on('caption', ({ id, key, text }) => {
    const rowKey = `${id} ${key}`;
    if (!rows.has(rowKey)) rows.set(rowKey, nextRow());
    const row = rows.get(rowKey);
    row.text.textContent = text;
    setTimeout(() => {
      // The node may be another row's by then.
      if (rows.get(rowKey) === row) row.author.textContent = client.people.get(id)?.name ?? '';
    }, authorMs);
  });

  function nextRow() {
    position += 1;
    if (rows.size < keptRows) {
      const author = el('span', { 'data-tid': 'author' });
      const text = el('span', { 'data-tid': 'closed-caption-text' });
      const element = el('div', { role: 'log', 'aria-posinset': String(position) }, author, text);
      list.append(element);
      return { element, author, text };
    }
    const [oldest] = rows.keys();
    const row = rows.get(oldest);
    rows.delete(oldest);
    row.author.textContent = '';
    row.element.setAttribute('aria-posinset', String(position));
    list.append(row.element);
    return row;
  }

  return {
    wrapper,
    isOn: () => !wrapper.hidden,
    toggle() {
      wrapper.hidden = !wrapper.hidden;
    },
  };
}
