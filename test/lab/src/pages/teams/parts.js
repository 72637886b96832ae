import { avatarOf, el } from '/lab/engine/dom.js';

export function button(label, attributes = {}) {
  return el('button', { type: 'button', ...attributes }, label);
}

/** A switch as the platform writes them: a checkbox under a label; it shows its state by being checked. */
export function toggle({ tid, label, isOn, onChange }) {
  const input = el('input', { type: 'checkbox', role: 'switch', 'data-tid': tid, 'aria-label': label, title: label });
  input.checked = isOn;
  input.addEventListener('change', () => onChange(input.checked));
  const box = el('label', { class: 'switch' }, input, el('span', { class: 'knob' }), label);
  return {
    box,
    show(value) {
      input.checked = value;
    },
  };
}

export function avatar(name) {
  const { colour, initial } = avatarOf(name);
  return el('div', { class: 'avatar', style: `background:${colour}` }, initial);
}

/** A modal dialog over everything. */
export function modal(attributes, ...children) {
  const box = el('div', { class: 'dialog', role: 'dialog', 'aria-modal': 'true', ...attributes }, ...children);
  return el('div', { class: 'scrim' }, box);
}
