import type { Check } from './meeting-view.ts';

/** A command has the bot leave. */
export const stopOrdered: Check = (view) => view.stopOrdered;
