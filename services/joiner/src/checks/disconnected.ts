import type { Check } from './visit-view.ts';

/** The meeting goes on, and the bot's page has lost it. */
export const disconnected: Check = (view) =>
  view.enteredAt !== undefined && view.door === 'network' ? 'worker-lost' : undefined;
