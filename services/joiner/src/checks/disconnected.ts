import type { Check } from './meeting-view.ts';

/** The meeting goes on, and the bot's page has lost it. */
export const disconnected: Check = (view) =>
  view.enteredAt !== undefined && view.admission === 'network' ? 'worker-lost' : undefined;
