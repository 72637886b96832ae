import { expect, it } from 'vitest';
import type { AccountId, BotId } from '@earshot/kernel';
import { admitIngest, type IngestAdmission } from './admit-ingest.ts';

const order: IngestAdmission = {
  botId: 'b' as BotId,
  accountId: 'a' as AccountId,
  epoch: 3,
  startedAt: 100_000,
  owner: 'one',
  mixedSamples: 0,
};
const running = { ...admitIngest(undefined, order), durableSamples: 96_000, durableSequence: 70 };

it('begins a recording at zero', () => {
  expect(admitIngest(undefined, order)).toMatchObject({ state: 'recording', shiftMs: 0, durableSequence: 0 });
});

it('goes on where the same epoch stopped, under the new owner', () => {
  expect(admitIngest(running, { ...order, owner: 'two' })).toEqual({ ...running, owner: 'two' });
});

it('shifts a later epoch by the time between the starts', () => {
  const next = admitIngest(running, { ...order, epoch: 4, startedAt: 130_000 });
  expect(next).toMatchObject({ epoch: 4, shiftMs: 30_000, durableSequence: 0, durableSamples: 96_000 });
});

it('gives the tracks of each later epoch ids that no other has', () => {
  const next = admitIngest(running, { ...order, epoch: 4 });
  const after = admitIngest(next, { ...order, epoch: 5 });
  expect([running, next, after].map(({ idPrefix }) => idPrefix)).toEqual(['', 'epoch-4/', 'epoch-5/']);
  expect(admitIngest(after, { ...order, epoch: 5, owner: 'two' }).idPrefix).toBe('epoch-5/');
});

it('puts a later epoch behind what was heard, whatever its machine takes for the time', () => {
  const next = admitIngest(running, { ...order, epoch: 4, startedAt: 99_000, mixedSamples: 100_000 });
  expect(next.shiftMs).toBe(Math.ceil(100_000 / 48));
});

it('refuses a stale epoch', () => {
  expect(() => admitIngest(running, { ...order, epoch: 2 })).toThrow('stale epoch');
});

it('refuses to add to a finished recording', () => {
  expect(() => admitIngest({ ...running, state: 'ready' }, order)).toThrow('finished');
});

it('lets a late joiner turn an awaited recording into one, remembering that the visit is over', () => {
  const awaited = { ...running, state: 'awaited' as const, endedAt: 7 };
  expect(admitIngest(awaited, order)).toMatchObject({ state: 'recording', endedAt: 7, durableSamples: 0 });
});
