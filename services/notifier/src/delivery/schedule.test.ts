import { DAY, HOUR, MINUTE, SECOND } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { nextDelay, parseRetryAfter, retrySchedule } from './schedule.ts';

describe('retrySchedule', () => {
  it('tries at once, at least ten times, over about three days, ever more slowly', () => {
    expect(retrySchedule[0]).toBe(0);
    expect(retrySchedule.length).toBeGreaterThanOrEqual(10);
    const total = retrySchedule.reduce((sum, delay) => sum + delay, 0);
    expect(total / HOUR).toBeGreaterThan(72);
    expect(total / HOUR).toBeLessThan(76);
    expect([...retrySchedule].sort((a, b) => a - b)).toEqual(retrySchedule);
  });
});

describe('nextDelay', () => {
  const schedule = [0, 10 * SECOND, HOUR, 20 * HOUR];

  it('spreads the delay by a fifth either way', () => {
    expect(nextDelay(schedule, { tries: 1, random: () => 0 })).toBe(8 * SECOND);
    expect(nextDelay(schedule, { tries: 1, random: () => 1 })).toBe(12 * SECOND);
  });

  it('ends with the schedule', () => {
    expect(nextDelay(schedule, { tries: 4 })).toBeUndefined();
  });

  it.each([
    ['earlier than the delay: the delay', 2, MINUTE, HOUR],
    ['later: as asked', 2, 90 * MINUTE, 90 * MINUTE],
    ['more than twice the delay: twice', 2, 9 * HOUR, 2 * HOUR],
    ['up to a minute: as asked, however short the delay', 1, 45 * SECOND, 45 * SECOND],
    ['more than a day: a day', 3, 30 * HOUR, DAY],
  ])('heeds Retry-After %s', (_, ...[tries, retryAfterMs, expected]) => {
    expect(nextDelay(schedule, { tries, retryAfterMs, random: () => 0.5 })).toBe(expected);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.UTC(2026, 0, 1, 12);

  it.each([
    ['120', 120 * SECOND],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 12:01:00 GMT', MINUTE],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
