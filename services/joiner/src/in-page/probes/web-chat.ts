import type { SeenMessage } from './seen-message.ts';

/** The messages of a chat that says what it is. */
export function webChat(): SeenMessage[] {
  const rows = document.querySelectorAll('[aria-label*="chat" i] li, [aria-label*="chat" i] [data-message-id]');
  return [...rows].map((row, index) => {
    const sender = row.querySelector('[data-sender], b, strong')?.textContent?.trim() ?? '';
    const text = row.querySelector('[data-text], p')?.textContent?.trim() ?? row.textContent?.trim() ?? '';
    const senderId = row.getAttribute('data-sender-id') ?? row.getAttribute('data-participant-id') ?? '';
    return { id: row.getAttribute('data-message-id') ?? `row-${index}`, sender, senderId, text };
  });
}
