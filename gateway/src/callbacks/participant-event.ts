import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { platformName } from '../contract/bot-detail.ts';
import { attributesOf } from './callbacks.ts';
import type { Happening } from './happening.ts';

type ParticipantHappening = Extract<Happening, { participantId: string }>;

/** The documented shape: nested twice, and without a `bot_id` at the top. */
export function toParticipantEvent(bot: Bot, happening: ParticipantHappening) {
  const action = happening.kind === 'participant-joined' ? 'join' : 'leave';
  const timestamp = happening.at.toISOString();
  return {
    event: `participant_events.${action}`,
    timestamp,
    data: {
      data: {
        action,
        participant: {
          id: happening.participantId,
          name: happening.name || 'Unknown',
          full_name: happening.name || 'Unknown',
          platform: platformName(bot.spec?.platform).toLowerCase(),
        },
        timestamp: { relative: happening.atMs / 1000, absolute: timestamp },
      },
      bot: { id: bot.botId, metadata: {} },
    },
    custom_attributes: attributesOf(bot),
  };
}
