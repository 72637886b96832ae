import { audioOnly } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { Bot } from './bot.ts';
import { tombstone, withLastCallback } from './tombstone.ts';

const bot = {
  ...{ botId: 'b1', accountId: 'a1', transcriptId: 't1', state: 'done', endReason: 'removed', epoch: 2 },
  ...{ createdAt: 1, enteredAt: 2, endedAt: 3, erasedAt: undefined, lastCallback: undefined, orderedByKey: 'planted' },
  detail: 'planted',
  timeline: [{ state: 'done', at: 3 }],
  spec: {
    platform: 'zoom',
    meetingUrl: 'https://example.org/?pwd=planted',
    botName: 'planted',
    joinAt: 5,
    chatMessage: 'planted',
    imageUrl: 'https://example.org/planted',
    media: { ...audioOnly, layout: 'grid' },
    leave: { waitingRoomSeconds: 60, botDetection: { nameParts: ['planted'] } },
    speech: { engine: 'deepgram', optionsJson: '{"keyterm":"planted"}' },
    destinations: {
      lifecycleUrl: 'https://example.org/planted-callback',
      callbackVersion: '2026-06',
      liveAudioSocketUrl: 'wss://example.org/planted',
      participantHooks: [
        {
          url: 'https://example.org/planted',
          onJoin: true,
          onLeave: true,
          onSpeech: false,
          onSpeechOff: false,
          onChat: false,
        },
      ],
    },
    retentionHours: 7,
    attributesJson: '{"planted-attribute":1}',
    requestJson: '{"planted":1}',
  },
} as unknown as Bot;

describe('tombstone', () => {
  it('keeps times, platform, end reason, state and timeline, and nothing that was ordered', () => {
    const erased = tombstone(bot, { at: 9, isFinal: true });
    expect(JSON.stringify(erased)).not.toContain('planted');
    expect(erased).toMatchObject({
      ...{ botId: 'b1', accountId: 'a1', transcriptId: 't1', state: 'done', endReason: 'removed' },
      ...{ createdAt: 1, enteredAt: 2, endedAt: 3, erasedAt: 9, timeline: [{ state: 'done', at: 3 }] },
      spec: { platform: 'zoom', joinAt: 5, retentionHours: 7 },
    });
  });

  it('keeps what the last callback is made of until that is over, for those who send it', () => {
    const told = tombstone(bot, { at: 9, isFinal: false });
    expect(withLastCallback(told).spec).toMatchObject({
      attributesJson: '{"planted-attribute":1}',
      destinations: { lifecycleUrl: 'https://example.org/planted-callback', callbackVersion: '2026-06' },
    });
    expect(JSON.stringify(told.spec)).not.toContain('planted');
    expect(tombstone(told, { at: 10, isFinal: false })).toEqual(told);
    expect(JSON.stringify(tombstone(told, { at: 10, isFinal: true }))).not.toContain('planted');
  });

  it('keeps nothing for a bot without a callback', () => {
    const silent = { ...bot, spec: { ...bot.spec, destinations: { ...bot.spec.destinations, lifecycleUrl: '' } } };
    expect(tombstone(silent, { at: 9, isFinal: false }).lastCallback).toBeUndefined();
  });
});
