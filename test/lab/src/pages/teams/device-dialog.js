import { el } from '/lab/engine/dom.js';
import { button, modal } from './parts.js';

const question = "Are you sure you don't want audio or video?";
const way = 'Continue without audio or video';

/** The dialog for those without devices; resolves when it has been answered. Escape does not close it. */
export function askAboutDevices(page, { isFramed }) {
  return isFramed ? askInFrame(page) : askInPage(page);
}

function askInPage(page) {
  return new Promise((resolve) => {
    const go = button(way, { class: 'filled', 'data-focus-target': 'gum-continue' });
    const dialog = modal({ 'aria-label': question }, el('h2', {}, question), go);
    go.addEventListener('click', () => {
      dialog.remove();
      resolve();
    });
    page.append(dialog);
  });
}

/** Some builds have it in a frame of its own, without the mark of the others. */
function askInFrame(page) {
  return new Promise((resolve) => {
    const frame = el('iframe', { title: 'Device settings', class: 'scrim', src: '/lab/teams/device-dialog.html' });
    frame.addEventListener('load', () => {
      const go = frame.contentDocument.getElementById('continue');
      go.addEventListener('click', () => {
        frame.remove();
        resolve();
      });
    });
    page.append(frame);
  });
}
