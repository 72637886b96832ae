import type { Participant } from '@earshot/contract/media/v1/media.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { attributesOf } from './custom-attributes.ts';
import { recordingStart } from './meeting-clock.ts';
import { platformName } from './platform-name.ts';

export interface ParticipantMove {
  readonly action: 'join' | 'leave' | 'speech_on' | 'speech_off' | 'chat_message';
  readonly participantId: string;
  readonly name: string;
  /** Meeting clock, milliseconds. */
  readonly atMs: number;
  readonly at: Date;
}

/** The documented shape: nested twice, and without a `bot_id` at the top. */
export function toParticipantEvent(bot: Bot, { action, participantId, name, atMs, at }: ParticipantMove) {
  const timestamp = at.toISOString();
  return {
    event: `participant_events.${action}`,
    timestamp,
    data: {
      data: {
        action,
        participant: {
          // Null: the page does not say who it is.
          id: participantId || null,
          name: name || 'Unknown',
          full_name: name || 'Unknown',
          platform: platformName(bot.spec?.platform).toLowerCase(),
        },
        timestamp: { relative: atMs / 1000, absolute: timestamp },
      },
      bot: { id: bot.botId, metadata: {} },
    },
    custom_attributes: attributesOf(bot),
  };
}

/** All of a meeting, in their order. As in callbacks, whoever was there before the bot only leaves. */
export function toParticipantEvents(bot: Bot, participants: readonly Participant[]) {
  const zero = (recordingStart(bot) ?? bot.enteredAt)?.getTime() ?? 0;
  const moves = participants.flatMap(({ participantId, name, joinedMs, leftMs, alreadyPresent }): ParticipantMove[] => {
    const move = (action: 'join' | 'leave', atMs: number) => ({
      ...{ action, participantId, name, atMs },
      at: new Date(zero + atMs),
    });
    return [...(alreadyPresent ? [] : [move('join', joinedMs)]), ...(leftMs === 0 ? [] : [move('leave', leftMs)])];
  });
  return moves.toSorted((a, b) => a.atMs - b.atMs).map((move) => toParticipantEvent(bot, move));
}
