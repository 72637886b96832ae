import { withBotId, type BotId } from '@earshot/kernel';
import type { BotSpec } from './bot.ts';

/** The order with the bot's id in every address that is called about it. */
export function nameBot(spec: BotSpec, botId: BotId): BotSpec {
  const { destinations } = spec;
  const named = (address: string) => withBotId(address, botId);
  return {
    ...spec,
    destinations: {
      ...destinations,
      lifecycleUrl: named(destinations.lifecycleUrl),
      liveTranscriptWebhookUrl: named(destinations.liveTranscriptWebhookUrl),
      liveTranscriptSocketUrl: named(destinations.liveTranscriptSocketUrl),
      liveAudioSocketUrl: named(destinations.liveAudioSocketUrl),
      liveVideoSocketUrl: named(destinations.liveVideoSocketUrl),
      controlSocketUrl: named(destinations.controlSocketUrl),
      participantHooks: destinations.participantHooks.map((hook) => ({ ...hook, url: named(hook.url) })),
    },
  };
}
