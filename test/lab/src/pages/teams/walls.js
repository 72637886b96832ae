import { el } from '/lab/engine/dom.js';
import { createFarewell } from './farewell.js';
import { button, modal } from './parts.js';

/** What some meetings put up between Join and the meeting; answers whether there is such a wall. */
export function raiseWall(page, variants) {
  if (variants.has('unconnected')) page.replaceChildren(createFarewell('lost'));
  else if (variants.has('captcha')) page.append(captcha());
  else if (variants.has('sign-in')) page.append(signIn());
  else if (variants.has('sign-in-redirect')) location.assign('https://login.microsoftonline.com/login');
  else return false;
  return true;
}

function captcha() {
  return modal(
    { 'aria-describedby': 'captcha-dialog-instructions' },
    el('h2', {}, "Verify you're a real person"),
    el('p', { id: 'captcha-dialog-instructions' }, 'Enter the characters you see'),
    el('div', { 'data-tid': 'HIP-Captcha-Image', class: 'captcha' }, 'K7XQ2'),
    el('input', { 'data-tid': 'HIP-Captcha-Input', 'aria-label': 'Characters' }),
    button('Submit', { class: 'filled' }),
  );
}

/** In the page: the address does not change. */
function signIn() {
  return modal(
    {},
    el('h2', {}, 'We need to verify your info before you can join'),
    el('p', {}, 'Only people with a work or school account can join this meeting.'),
    button('Sign in', { class: 'filled' }),
  );
}
