import type { BotId } from '@earshot/kernel';
import type { BotSpec } from './bot.ts';

/** As it is written, and as libraries that build addresses write it. */
const placeholder = /\{bot_id\}|%7Bbot_id%7D/gi;

/** The order with the bot's id in the addresses of sockets: whoever orders does not know it, and their server tells bots apart by path. */
export function nameBot(spec: BotSpec, botId: BotId): BotSpec {
  const { liveTranscriptSocketUrl, liveAudioSocketUrl, controlSocketUrl } = spec.destinations;
  const named = (address: string) => address.replaceAll(placeholder, botId);
  return {
    ...spec,
    destinations: {
      ...spec.destinations,
      liveTranscriptSocketUrl: named(liveTranscriptSocketUrl),
      liveAudioSocketUrl: named(liveAudioSocketUrl),
      controlSocketUrl: named(controlSocketUrl),
    },
  };
}
