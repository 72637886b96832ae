import { ChatMessage, Participant } from '@earshot/contract/media/v1/media.ts';
import { Bot, BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { describe, expect, it } from 'vitest';
import { toLiveMessages } from '../callbacks/live-transcript.ts';
import { recordingStart } from './meeting-clock.ts';
import { toChats, toParticipants } from './people.ts';

const entered = new Date('2026-01-02T03:04:00.000Z');
/** A bot on Zoom whose host let it record after twenty seconds; lost and back a minute later. */
const bot = Bot.fromPartial({
  botId: 'b1',
  enteredAt: entered,
  timeline: [
    { state: BotState.JOINING, at: new Date('2026-01-02T03:03:50.000Z') },
    { state: BotState.IN_MEETING, at: entered },
    { state: BotState.RECORDING, at: new Date('2026-01-02T03:04:20.000Z') },
    { state: BotState.RECORDING, at: new Date('2026-01-02T03:05:20.000Z') },
  ],
});

describe('the times of a visit', () => {
  it('count from when recording began first, whatever they are about', () => {
    const utterance = Utterance.fromPartial({ utteranceId: 'u', text: 'Hi', startMs: 1000, endMs: 1500 });
    const [live] = toLiveMessages(bot, { utterance, isFinal: true });
    expect(live?.body.timestamp).toBe('2026-01-02T03:04:21.500Z');
    const [person] = toParticipants(bot, [
      Participant.fromPartial({ participantId: 'p', joinedMs: 2000, leftMs: 3000 }),
    ]);
    expect([person?.joinedAt, person?.leftAt]).toEqual(['2026-01-02T03:04:22.000Z', '2026-01-02T03:04:23.000Z']);
    const { chatMessages, metadata } = toChats(bot, [ChatMessage.fromPartial({ messageId: 'm', atMs: 4000 })], []);
    expect(chatMessages[0]?.timestamp).toBe('2026-01-02T03:04:24.000Z');
    expect(metadata.startTime).toBe('2026-01-02T03:04:20.000Z');
  });

  it('have no zero before that', () => {
    expect(recordingStart({ timeline: [{ state: BotState.IN_MEETING, at: entered }] })).toBeUndefined();
  });
});
