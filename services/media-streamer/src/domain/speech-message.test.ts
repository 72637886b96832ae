import type { BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { encodeSpeechMessage } from './speech-message.ts';

const meeting = { botId: 'b' as BotId, startedAt: Date.UTC(2026, 0, 1, 10) };
const speaker = { id: 'p1', name: 'Ann' };

it('says where a voice begins, and where it has ended', () => {
  const on = encodeSpeechMessage(meeting, { isOn: true, speaker, fromMs: 1500 });
  const off = encodeSpeechMessage(meeting, { isOn: false, speaker, fromMs: 1500, toMs: 2250.5 });
  expect([on, off]).toMatchObject([
    { isText: true, at: 72_000, samples: 0 },
    { isText: true, at: 72_000, samples: 0 },
  ]);
  const about = { bot_id: 'b', speaker_id: 'p1', speaker_name: 'Ann', start_time: 1.5, sample_position: 72_000 };
  expect(JSON.parse(String(on.bytes))).toEqual({ ...about, type: 'speech_on', timestamp: '2026-01-01T10:00:01.500Z' });
  expect(JSON.parse(String(off.bytes))).toEqual({
    ...{ ...about, type: 'speech_off', timestamp: '2026-01-01T10:00:02.250Z', end_time: 2.251, duration: 0.751 },
  });
});
