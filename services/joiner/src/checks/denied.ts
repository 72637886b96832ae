import type { Check } from './meeting-view.ts';

/** The host has refused the bot, or did not answer its knock. */
export const denied: Check = (view) => (view.admission === 'denied' ? 'denied' : undefined);
