import { describe, expect, it } from 'vitest';
import { CompositionEvent } from '@earshot/contract/composer/v1/events.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { silentLog } from '@earshot/kernel';
import { toCallbackEvent } from './callback-event.ts';

const kindOf = (subject: string, payload: Uint8Array) =>
  toCallbackEvent({ id: 'e', subject, payload } as Parameters<typeof toCallbackEvent>[0], silentLog)?.kind;
const ofBot = (event: Partial<BotEvent>) =>
  kindOf('bots.b.x', BotEvent.encode(BotEvent.fromPartial({ botId: 'b', eventId: 'e', ...event })).finish());

describe('toCallbackEvent', () => {
  it('knows what the bot says from a state', () => {
    const speech = { speechId: 's1', source: 'SPEECH_SOURCE_SOCKET' } as const;
    expect(ofBot({ botSpeech: { $case: 'speechStarted', value: speech } })).toBe('speech-started');
    const outcome = 'SPEECH_OUTCOME_BARGE_IN';
    const value = { ...speech, outcome, heardMs: 1, totalMs: 2 } as const;
    expect(ofBot({ botSpeech: { $case: 'speechEnded', value } })).toBe('speech-ended');
  });

  it('knows a recording that goes on from one that begins, and what is news', () => {
    const state = 'BOT_STATE_RECORDING';
    expect(ofBot({ state, firstTime: true })).toBe('recording');
    expect(ofBot({ state, firstTime: true, unpaused: true })).toBe('recording-resumed');
    expect(ofBot({ state: 'BOT_STATE_PAUSED', firstTime: true })).toBe('recording-paused');
    expect(ofBot({ state: 'BOT_STATE_PAUSED', firstTime: false })).toBeUndefined();
  });

  it('tells of the video that was ordered, and of none that was asked for later', () => {
    const video = ($case: 'videoReady' | 'videoFailed' | 'videoSkipped', ordered: boolean) => {
      const fact = { $case, value: { ordered } } as NonNullable<
        Parameters<typeof CompositionEvent.fromPartial>[0]
      >['fact'];
      const event = CompositionEvent.fromPartial({ botId: 'b', eventId: 'e', ...(fact && { fact }) });
      return kindOf('compositions.b.video-ready', CompositionEvent.encode(event).finish());
    };
    expect(video('videoReady', true)).toBe('video-ready');
    expect(video('videoFailed', true)).toBe('video-failed');
    expect(video('videoSkipped', true)).toBe('video-skipped');
    expect(video('videoReady', false)).toBeUndefined();
  });
});
