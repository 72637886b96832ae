import type { Check } from './meeting-view.ts';

/** Somebody has put the bot out of the meeting. */
export const removed: Check = (view) => (view.admission === 'removed' ? 'removed' : undefined);
