import { describe, expect, it } from 'vitest';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { Bot } from '../domain/bot.ts';
import { encodeBotFact } from './publish.ts';

const bot = {
  botId: 'b1',
  accountId: 'a1',
  state: 'in-meeting',
  detail: '',
  spec: { retentionHours: 1 },
  recordingPermission: 'denied',
} as Bot;

describe('encodeBotNews', () => {
  it('publishes which state a bot entered, whatever it was answered before', () => {
    const { subject, payload } = encodeBotFact({ kind: 'entered', bot, at: 0, firstTime: true });
    expect(subject).toBe('bots.b1.in-meeting');
    expect(BotEvent.decode(payload).recordingPermission).toBe('RECORDING_PERMISSION_UNSPECIFIED');
  });

  it('publishes with the end what became of the transcript', () => {
    const transcript = { failure: 'no credit', missedMs: 0 };
    const { subject, payload } = encodeBotFact({
      ...{ kind: 'entered', at: 0, firstTime: true, transcript },
      bot: { ...bot, state: 'done' },
    });
    expect(subject).toBe('bots.b1.done');
    expect(BotEvent.decode(payload).transcript).toEqual(transcript);
  });

  it.each(['allowed', 'denied'] as const)('says that recording was %s', (recordingPermission) => {
    const answered = { ...bot, recordingPermission };
    const { subject, payload } = encodeBotFact({ kind: 'recording-answered', bot: answered, at: 0, firstTime: true });
    expect(subject).toBe(`bots.b1.recording-${recordingPermission}`);
    expect(BotEvent.decode(payload)).toMatchObject({
      state: 'BOT_STATE_IN_MEETING',
      recordingPermission: `RECORDING_PERMISSION_${recordingPermission.toUpperCase()}`,
    });
  });
});
