import type { SeenMessage } from './seen-message.ts';

/** The rows of Google Meet's chat panel, while it is open. */
export function meetChat(css: { group: string; sender: string; message: string; text: string }): SeenMessage[] {
  const messages: SeenMessage[] = [];
  for (const group of document.querySelectorAll(css.group)) {
    const sender = group.querySelector(css.sender)?.textContent?.trim() ?? '';
    const senderId = group.getAttribute('data-sender-id') ?? '';
    for (const message of group.querySelectorAll(css.message)) {
      const id = message.getAttribute('data-message-id') ?? '';
      const text = message.querySelector(css.text)?.textContent?.trim() ?? '';
      if (id) messages.push({ id, sender, senderId, text });
    }
  }
  return messages;
}
