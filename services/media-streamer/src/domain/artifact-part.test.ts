import { describe, expect, it } from 'vitest';
import { locateInWav, PART_SAMPLES, wavBytes } from './artifact-part.ts';

const PART = PART_SAMPLES * 2;

describe('locateInWav', () => {
  it.each([
    [
      'the whole',
      [0, wavBytes(PART_SAMPLES + 5) - 1],
      [0, 43],
      [
        [0, 0, PART - 1],
        [1, 0, 9],
      ],
    ],
    ['the header alone', [0, 43], [0, 43], []],
    ['one byte of the header', [7, 7], [7, 7], []],
    ['across the header', [40, 45], [40, 43], [[0, 0, 1]]],
    [
      'across two parts',
      [44 + PART - 3, 44 + PART + 1],
      undefined,
      [
        [0, PART - 3, PART - 1],
        [1, 0, 1],
      ],
    ],
    ['the end of a part', [44 + PART - 1, 44 + PART - 1], undefined, [[0, PART - 1, PART - 1]]],
    ['the last byte', [44 + PART + 9, 44 + PART + 9], undefined, [[1, 9, 9]]],
  ] as const)('finds %s', (_, [start, end], header, parts) => {
    expect(locateInWav(PART_SAMPLES + 5, { start, end })).toEqual({
      header: header && { start: header[0], end: header[1] },
      parts: parts.map(([index, from, to]) => ({ index, start: from, end: to })),
    });
  });

  it('finds the header of nothing', () => {
    expect(locateInWav(0, { start: 0, end: 43 })).toEqual({ header: { start: 0, end: 43 }, parts: [] });
  });
});
