/** Makes an element. Attributes that are null or undefined are left out; functions become event listeners (`onclick`). */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** A colour and the initial that stand for somebody without a camera. */
export function avatarOf(name) {
  const colours = ['#1a73e8', '#188038', '#b3261e', '#8430ce', '#b06000', '#00796b', '#ad1457', '#455a64'];
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return { colour: colours[sum % colours.length], initial: (name.trim()[0] ?? '?').toUpperCase() };
}

/** The room that the lab's server wrote into the page; null where there is none. */
export function roomOfPage() {
  const meta = document.querySelector('meta[name=room]');
  if (!meta) return null;
  const variants = new Set(meta.dataset.variants.split(' '));
  return { id: meta.content, hasLobby: meta.dataset.lobby === 'true', variants };
}
