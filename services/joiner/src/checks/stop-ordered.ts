import type { Check } from './meeting-view.ts';

/** Somebody has told the bot to leave. */
export const stopOrdered: Check = (view) => view.stopOrdered;
