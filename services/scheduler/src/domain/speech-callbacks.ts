import type { BotSpec } from './bot.ts';

/** The first callbacks that say what a bot says. */
const SINCE = '2026-06';

/** Whether anybody hears of what a bot says: nothing of it is kept for nobody. Versions are dates. */
export function hasSpeechCallbacks({ destinations }: BotSpec): boolean {
  return destinations.lifecycleUrl !== '' && destinations.callbackVersion >= SINCE;
}
