import { expect, it } from 'vitest';
import { presencesOf } from './presences.ts';

it('divides what lies between two stays in the middle', () => {
  const stays = [
    { joinedMs: 1000, leftMs: 5000 },
    { joinedMs: 9000, leftMs: 0 },
  ];
  expect(presencesOf(stays, 20_000)).toEqual([
    { fromUs: 1_000_000, toUs: 5_000_000, untilUs: 7_000_000 },
    { fromUs: 9_000_000, toUs: 20_000_000, untilUs: Infinity },
  ]);
});
