import { expect, it } from 'vitest';
import { audioOnly } from '@earshot/kernel';
import type { Bot, Outcomes } from './bot.ts';
import { isSettled, settle } from './outcomes.ts';

const bot = (layout: 'grid' | undefined, outcomes: Outcomes) =>
  ({ spec: { media: { ...audioOnly, separateVideo: true, layout } }, outcomes }) as Bot;
const video = { failure: '' };
const transcript = 'skipped';

it.each([
  [undefined, {}, false],
  [undefined, { transcript }, true],
  ['grid', { transcript }, false],
  ['grid', { video }, false],
  ['grid', { transcript, video }, true],
] as const)('a bot with the layout %s and %j is settled: %s', (layout, outcomes, expected) =>
  expect(isSettled(bot(layout, outcomes))).toBe(expected),
);

it('the first outcome stays', () => {
  const first = settle(bot('grid', {}), { video });
  expect(settle(bot('grid', first), { video: { failure: 'late' }, transcript })).toEqual({ video, transcript });
  expect(settle(bot(undefined, {}), { video, transcript })).toEqual({ transcript });
});
