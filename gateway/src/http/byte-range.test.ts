import { describe, expect, it } from 'vitest';
import { parseRange, resolveRange } from './byte-range.ts';

const answer = (header: string | undefined, size = 1000) => {
  const range = parseRange(header);
  return range ? (resolveRange(range, size) ?? 'none') : 'whole';
};

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-9', { start: 5, end: 9 }],
    ['bytes=5-', { start: 5, end: 999 }],
    ['bytes=0-999', { start: 0, end: 999 }],
    ['bytes=990-99999', { start: 990, end: 999 }],
    ['bytes=0-99999999999999999999999', { start: 0, end: 999 }],
    ['bytes=-500', { start: 500, end: 999 }],
    ['bytes=-1', { start: 999, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['BYTES=1-2', { start: 1, end: 2 }],
    ['bytes= 1-2 ', { start: 1, end: 2 }],
  ])('%s is had', (header, part) => expect(answer(header)).toEqual(part));

  it.each([
    ['bytes=1000-'],
    ['bytes=1000-1001'],
    ['bytes=9007199254740993-'],
    ['bytes=99999999999999999999-'],
    ['bytes=-0'],
  ])('%s cannot be satisfied', (header) => expect(answer(header)).toBe('none'));

  it.each([
    [undefined],
    [''],
    ['bytes=5-3'],
    ['bytes=99999999999999999999-99999999999999999998'],
    ['bytes=-'],
    ['bytes='],
    ['bytes=a-b'],
    ['bytes=1-2,4-5'],
    ['bytes=--5'],
    ['bytes=1.5-2'],
    ['lines=1-2'],
    ['1-2'],
  ])('%s is ignored', (header) => expect(answer(header)).toBe('whole'));

  it.each([['bytes=0-0'], ['bytes=0-'], ['bytes=-1'], ['bytes=-0']])('%s of nothing cannot be satisfied', (header) =>
    expect(answer(header, 0)).toBe('none'),
  );
});
