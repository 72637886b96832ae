import type { SeenMessage } from './seen-message.ts';

/** The rows of Zoom's chat panel, while it is open: only the first of a run says who wrote it. */
export function zoomChat(css: { row: string; sender: string; text: string }): SeenMessage[] {
  let [sender, senderId] = ['', ''];
  return [...document.querySelectorAll(css.row)].map((row) => {
    const named = row.querySelector(css.sender);
    if (named) {
      sender = (named.getAttribute('data-name') ?? named.textContent ?? '').trim();
      senderId = named.getAttribute('data-userid') ?? '';
    }
    return { id: row.id, sender, senderId, text: row.querySelector(css.text)?.textContent?.trim() ?? '' };
  });
}
