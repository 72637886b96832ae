import type { AccountId, BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { Recording } from './recording.ts';
import { admitVideo, announceVideo, isVideoGivenUp } from './video-stream.ts';

const botId = 'b' as BotId;
const order = { botId, epoch: 2, owner: 'me' };
const recording: Recording = {
  ...{ botId, accountId: 'a' as AccountId, state: 'recording', startedAt: 0, epoch: 2, shiftMs: 5000 },
  ...{ idPrefix: 'epoch-2/', owner: 'me', durableSamples: 0, durableSequence: 0, receivedSamples: 0 },
  ...{ missingSamples: 0, endedAt: undefined, pendingUntil: undefined, endSamples: undefined },
  ...{ storeTrouble: undefined, droppedItems: 0, bytes: 0, sha256: '' },
};
const stream = { ...announceVideo(undefined, { botId, epoch: 2 }), durableSequence: 7 };

it('goes on with the epoch whose audio has begun, also once that is finished', () => {
  expect(admitVideo({ recording, stream }, order)).toEqual({ ...stream, owner: 'me' });
  expect(admitVideo({ recording: { ...recording, state: 'ready' }, stream }, order)).toMatchObject({ owner: 'me' });
});

it.each([
  ['unavailable', { recording: undefined }],
  ['unavailable', { recording: { ...recording, state: 'awaited' as const } }],
  ['unavailable', { recording: { ...recording, epoch: 1 } }],
  ['failed-precondition', { recording: { ...recording, epoch: 3 } }],
  ['failed-precondition', { recording: { ...recording, state: 'erased' as const } }],
  ['failed-precondition', { stream: undefined }],
  ['failed-precondition', { stream: { ...stream, isFinished: true } }],
])('answers %s to %o', (code, over) => {
  expect(() => admitVideo({ recording, stream, ...over }, order)).toThrow(expect.objectContaining({ code }));
});

it('counts batches of a later epoch from one, and leaves those of the same alone', () => {
  expect(announceVideo(stream, { botId, epoch: 2 })).toBe(stream);
  expect(announceVideo({ ...stream, isFinished: true }, { botId, epoch: 3 })).toEqual({
    ...{ botId, epoch: 3, owner: '', durableSequence: 0, isFinished: false },
  });
});

it('gives up a minute after the last sign of a stream, and an open one after five', () => {
  const ended = { endedAt: 1000, updatedAt: 31_000 };
  expect(isVideoGivenUp({ ...ended, stream: 'unknown' }, 90_999)).toBe(false);
  expect(isVideoGivenUp({ ...ended, stream: 'unknown' }, 91_000)).toBe(true);
  expect(isVideoGivenUp({ ...ended, stream: { goneSince: 0 } }, 60_999)).toBe(false);
  expect(isVideoGivenUp({ ...ended, stream: { goneSince: 0 } }, 61_000)).toBe(true);
  expect(isVideoGivenUp({ ...ended, stream: { goneSince: 40_000 } }, 99_999)).toBe(false);
  expect(isVideoGivenUp({ ...ended, stream: 'open' }, 300_999)).toBe(false);
  expect(isVideoGivenUp({ ...ended, stream: 'open' }, 301_000)).toBe(true);
});
