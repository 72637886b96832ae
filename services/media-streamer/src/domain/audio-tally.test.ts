import { expect, it } from 'vitest';
import { AudioTally } from './audio-tally.ts';

const batch = (sequence: number, clockMs = sequence * 25, isSoundLost = false) => {
  return { sequence, clockMs, isSoundLost, isPaused: false };
};
const piece = (trackId: string, at: number, length = 960) => ({ trackId, at, pcm: { length } });

it('counts each track, and the time in which anything was heard once', () => {
  const tally = new AudioTally();
  tally.take(batch(1), [piece('a', 0), piece('b', 0)]);
  tally.take(batch(2), [piece('b', 960)]);
  expect(tally.upTo(2)).toEqual({ received: 1920, lost: 0, tracks: new Map([['a', 960], ['b', 1920]]) }); // prettier-ignore
});

it('leaves what is not safe to whoever is handed it again', () => {
  const tally = new AudioTally();
  tally.take(batch(1), [piece('a', 0)]);
  tally.take(batch(2), [piece('a', 960)]);
  expect(tally.upTo(1)).toMatchObject({ received: 960 });
  const next = new AudioTally({ durableSequence: 1, clockMs: 25, tracks: new Map([['a', 960]]) });
  next.take(batch(2), [piece('a', 960)]);
  expect(next.upTo(2)).toEqual({ received: 960, lost: 0, tracks: new Map([['a', 1920]]) });
});

it('names each track again only when more of it came', () => {
  const tally = new AudioTally();
  tally.take(batch(1), [piece('a', 0)]);
  const { tracks } = tally.upTo(1);
  tally.take(batch(2), [piece('b', 960)]);
  tally.saved(tracks);
  expect([...tally.upTo(2).tracks.keys()]).toEqual(['b']);
});

it('counts as lost what lies between the sound before and after batches that have lost theirs', () => {
  const tally = new AudioTally();
  tally.take(batch(1, 25), []);
  for (let sequence = 2; sequence <= 400; sequence++) tally.take(batch(sequence, 25, true), []);
  tally.take(batch(401, 10_025), []);
  expect(tally.upTo(401).lost).toBe(10_000 * 48);
});

it('counts batches that never came, and a hole up to the end', () => {
  const tally = new AudioTally();
  tally.take(batch(1, 25), []);
  tally.take(batch(5, 125), []);
  tally.take(batch(6, 125, true), []);
  tally.end(1125);
  expect(tally.upTo(Infinity).lost).toBe(1100 * 48);
});

it('counts nothing as lost while the recording is paused', () => {
  const tally = new AudioTally();
  const paused = (sequence: number, clockMs: number, isSoundLost = false) => {
    return { ...batch(sequence, clockMs, isSoundLost), isPaused: true };
  };
  tally.take(batch(1, 1000), []);
  tally.take(batch(3, 1500), []);
  expect(tally.upTo(3).lost).toBe(500 * 48);
  tally.take(paused(4, 2000), []);
  tally.take(paused(5, 2000, true), []);
  tally.take(paused(9, 8000), []);
  tally.take(batch(12, 10_000), []);
  tally.take(batch(13, 11_000), []);
  expect(tally.upTo(13).lost).toBe(500 * 48);
  tally.take(batch(15, 12_000), []);
  expect(tally.upTo(15).lost).toBe(1500 * 48);
});
