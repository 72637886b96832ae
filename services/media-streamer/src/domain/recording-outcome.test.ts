import type { AccountId, BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { outcomeOf } from './recording-outcome.ts';
import type { Recording } from './recording.ts';

const recording: Recording = {
  ...{
    botId: 'b' as BotId,
    accountId: 'a' as AccountId,
    state: 'ready',
    startedAt: 0,
    endedAt: 9,
    pendingUntil: undefined,
    epoch: 1,
    owner: 'o',
  },
  ...{
    shiftMs: 0,
    idPrefix: '',
    durableSequence: 9,
    durableSamples: 480_000,
    receivedSamples: 48_000,
    missingSamples: 0,
  },
  ...{ bytes: 960_044, sha256: 'f', droppedItems: 0, endSamples: undefined, storeTrouble: undefined },
};
const outcome = (over: Partial<Recording>, hadOthers = true) =>
  outcomeOf({ ...recording, ...over }, { at: 1, hadOthers });

it('says how long a recording is, and of how much of it the sound is missing', () => {
  expect(outcome({})).toMatchObject({ kind: 'recording-ready', durationMs: 10_000, missingMs: 0, detail: '' });
  expect(outcome({ missingSamples: 96_000 })).toMatchObject({ kind: 'recording-ready', missingMs: 2000 });
});

it('says that no sound came at all, where somebody was there to be heard, and it was counted', () => {
  expect(outcome({ receivedSamples: 0 })).toMatchObject({ detail: 'no_audio_received' });
  expect(outcome({ receivedSamples: 0 }, false)).toMatchObject({ detail: '' });
  expect(outcome({ receivedSamples: undefined })).toMatchObject({ detail: '' });
});

it('says that it is the store that did not take what is missing', () => {
  const full = { storeTrouble: 'storage_full', missingSamples: 96_000 } as const;
  expect(outcome(full)).toMatchObject({ kind: 'recording-ready', missingMs: 2000, detail: 'storage_full' });
  expect(outcome({ ...full, state: 'failed' })).toMatchObject({ kind: 'recording-missing', detail: 'storage_full' });
});

it('tells nothing to record from nothing that could be kept', () => {
  expect(outcome({ state: 'failed', durableSamples: 0 })).toMatchObject({ detail: expect.stringContaining('before') });
  expect(outcome({ state: 'failed' })).toMatchObject({
    kind: 'recording-missing',
    detail: expect.stringContaining('kept'),
  });
});
