import type { Check } from './visit-view.ts';

/** The host has refused the bot, or did not answer its knock. */
export const denied: Check = (view) => (view.door === 'denied' ? 'denied' : undefined);
