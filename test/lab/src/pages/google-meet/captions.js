import { el } from '/lab/engine/dom.js';
import { avatar } from './parts.js';

const keptRows = 3;

/** The captions region: hidden until turned on; a row is rewritten in place while its speaker goes on. */
export function createCaptions(client) {
  const region = el('div', { role: 'region', 'aria-label': 'Captions', tabindex: '0', class: 'captions', hidden: '' });
  const jump = el('button', { 'aria-label': 'Jump to bottom' }, 'Jump to bottom');
  region.append(jump);
  const rows = new Map();
  client.on('caption', ({ id, key, text }) => {
    if (region.hidden) return;
    const rowKey = `${id} ${key}`;
    if (!rows.has(rowKey)) {
      rows.set(rowKey, createRow(client.people.get(id)?.name ?? ''));
      jump.before(rows.get(rowKey).element);
      if (rows.size > keptRows) {
        const [oldest] = rows.keys();
        rows.get(oldest).element.remove();
        rows.delete(oldest);
      }
    }
    rows.get(rowKey).text.textContent = text;
  });
  return {
    region,
    /** Returns whether they are on afterwards. */
    toggle() {
      region.hidden = !region.hidden;
      return !region.hidden;
    },
  };
}

function createRow(name) {
  const text = el('div', { class: 'ygicle' });
  const head = el('div', { class: 'speaker' }, avatar(name), el('span', { class: 'NWpY1d' }, name));
  return { text, element: el('div', { class: 'caption-row' }, head, text) };
}
