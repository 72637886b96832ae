import type { SeenMessage } from './seen-message.ts';

/** The rows of the Teams chat, while it is open. A row without an author is the last author's. */
export function teamsChat(css: {
  runway: string;
  message: string;
  author: string;
  contentPrefix: string;
}): SeenMessage[] {
  let sender = '';
  return [...document.querySelectorAll(`${css.runway} ${css.message}`)].map((row) => {
    const id = row.getAttribute('data-mid') ?? '';
    sender = row.querySelector(css.author)?.textContent?.trim() || sender;
    const text = document.getElementById(`${css.contentPrefix}${id}`)?.textContent?.trim() ?? '';
    return { id, sender, senderId: '', text };
  });
}
