import { describe, expect, it } from 'vitest';
import { parseJoinAt } from './join-at.ts';

describe('parseJoinAt', () => {
  it.each([
    '2024-01-15T14:30:00Z',
    '2024-01-15 14:30:00',
    '2024-01-15T15:30:00+01:00',
    '2024-01-15T14:30:00.000Z',
    '2024-01-15t14:30:00z',
  ])('reads %s', (text) => expect(parseJoinAt(text)).toBe(Date.UTC(2024, 0, 15, 14, 30)));

  it.each(['tomorrow', '15.01.2024 14:30', '2024-02-30T10:00:00Z', '2024-13-01 00:00:00', '1705329000', ''])(
    'refuses %s',
    (text) => expect(parseJoinAt(text)).toBeUndefined(),
  );
});
