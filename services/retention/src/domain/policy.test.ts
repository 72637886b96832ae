import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '@earshot/kernel';
import { erasureDueAt, retryDelayMs } from './policy.ts';

describe('retention policy', () => {
  it('counts from the end of the visit', () => {
    expect(erasureDueAt({ endedAt: 1000, retentionHours: 24 })).toBe(1000 + 24 * HOUR);
  });

  it('tries again soon, and then for ever at a quarter of an hour', () => {
    expect([1, 2, 3, 4, 5, 6, 100].map(retryDelayMs)).toEqual([
      5_000,
      15_000,
      MINUTE,
      5 * MINUTE,
      15 * MINUTE,
      15 * MINUTE,
      15 * MINUTE,
    ]);
  });
});
