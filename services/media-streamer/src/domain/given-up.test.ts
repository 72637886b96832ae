import { SECOND } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { isGivenUp, type EndedVisit } from './given-up.ts';

const streams: [EndedVisit['stream'], number][] = [
  ['open', 60],
  [{ goneSince: 2 * SECOND }, 5],
  ['unknown', 10],
  ['never', 3],
];
const visit = { endedAt: 0, updatedAt: 0, pendingUntil: undefined };

it.each(streams)('gives up a visit with a stream that is %j after its grace', (stream, seconds) => {
  expect(isGivenUp({ ...visit, stream }, seconds * SECOND - 1)).toBe(false);
  expect(isGivenUp({ ...visit, stream }, seconds * SECOND)).toBe(true);
});

it.each(streams)('waits a minute where the joiner has more to hand in, its stream %j', (stream) => {
  const pending = { ...visit, pendingUntil: 60 * SECOND, stream };
  expect(isGivenUp(pending, 60 * SECOND - 1)).toBe(false);
  expect(isGivenUp(pending, 60 * SECOND)).toBe(true);
});
