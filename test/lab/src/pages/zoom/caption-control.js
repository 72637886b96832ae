import { el } from '/lab/engine/dom.js';
import { createRequestDialog } from './dialogs.js';

const settings = 'Your caption settings grouping';

/** The control of captions: by itself in the footer, with a menu beside it. */
export function createCaptionControl(captions, isRefused) {
  const button = el('button', { class: 'footer-button__button new-lt-button' });
  const wrap = el('div', { class: 'footer__button-wrap', 'feature-type': 'captions' }, button);
  const render = () => {
    const label = isRefused ? 'Request Captions' : `${captions.isOn() ? 'Hide' : 'Show'} Captions`;
    button.setAttribute('aria-label', label);
    button.textContent = label;
  };
  button.addEventListener('click', () => (isRefused ? document.body.append(createRequestDialog()) : captions.toggle()));
  captions.onChange(render);
  render();
  if (isRefused) return wrap;
  const menu = createMenu(() => [viewItem(captions)]);
  const opener = el('button', { 'aria-label': 'More options for captions, menu button' }, '^');
  opener.addEventListener('click', () => menu.toggle(wrap));
  wrap.append(el('div', { class: 'new-LT__sub-tip-button' }, opener));
  return wrap;
}

/** The last control of the footer, which in narrow windows has what found no place there; without that, nothing of captions. */
export function createMoreControl(captions, hasCaptions) {
  const button = el('button', { id: 'moreButton', 'aria-label': 'More meeting control' }, 'More');
  const wrap = el('div', { class: 'footer__button-wrap', 'feature-type': 'more' }, button);
  const showItem = () => {
    const text = `${captions.isOn() ? 'Hide' : 'Show'} Captions`;
    return item(text, `${settings} ${text}`, () => captions.toggle());
  };
  const sub = createMenu(() => [showItem(), viewItem(captions)]);
  const main = createMenu(() => [
    item('Settings', 'Settings', () => {}),
    hasCaptions ? item('Captions', 'Captions', () => sub.toggle(wrap)) : null,
  ]);
  button.addEventListener('click', () => main.toggle(wrap));
  return wrap;
}

function viewItem(captions) {
  return item('View full transcript', `${settings} View full transcript`, () => captions.toggleTranscript());
}

function item(text, label, onclick) {
  return el('a', { class: 'dropdown-item', role: 'menuitem', tabindex: '0', 'aria-label': label, onclick }, text);
}

/** A menu is made when it is opened, and goes with the first choice. */
function createMenu(makeItems) {
  let menu;
  return {
    toggle(holder) {
      if (menu?.isConnected) return menu.remove();
      menu = el('div', { class: 'new-LT__option-panel', role: 'menu' }, ...makeItems());
      menu.addEventListener('click', () => menu.remove());
      holder.append(menu);
    },
  };
}
