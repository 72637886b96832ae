import { describe, expect, it } from 'vitest';
import type { BotState } from '@earshot/kernel';
import { countPauses, isKnownPaused } from './recording-pauses.ts';

const timeline = (...states: BotState[]) => states.map((state, at) => ({ state, at }));
const paused = ['in-meeting', 'recording', 'paused'] as const;

describe('isKnownPaused', () => {
  it.each<[BotState[], boolean]>([
    [['in-meeting', 'recording'], false],
    [[...paused], true],
    [[...paused, 'recording'], false],
    [[...paused, 'recording', 'paused'], true],
    // Rejoined, and its pause is not reported yet.
    [[...paused, 'queued', 'joining', 'in-meeting', 'recording'], true],
    [[...paused, 'queued', 'joining', ...paused], true],
    [[...paused, 'queued', 'joining', ...paused, 'recording'], false],
    // Thought lost, and not.
    [[...paused, 'queued', 'paused', 'recording'], false],
    [[...paused, 'recording', 'queued', 'recording'], false],
  ])('after %j: %s', (states, isPaused) => expect(isKnownPaused(timeline(...states))).toBe(isPaused));
});

it('pauses are counted since a time', () => {
  const twice = timeline(...paused, 'recording', 'paused');
  expect([countPauses(twice), countPauses(twice, 3)]).toEqual([2, 1]);
});
