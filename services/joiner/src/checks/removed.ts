import type { Check } from './visit-view.ts';

/** Somebody has put the bot out of the meeting. */
export const removed: Check = (view) => (view.door === 'removed' ? 'removed' : undefined);
