import { describe, expect, it } from 'vitest';
import { plainText } from './text.ts';

describe('plainText', () => {
  it.each([
    ['keeps words, tabs and line feeds', 'Ann Lee\t\u00e4\n\ud83d\ude00', 100, 'Ann Lee\t\u00e4\n\ud83d\ude00'],
    ['drops U+0000 and other controls', 'a\0b\u0007c\r\nd\u009be\u007f', 100, 'abc\nde'],
    ['drops halves of surrogate pairs', 'a\ud83db\ude00c', 100, 'abc'],
    ['cuts by code points', '\ud83d\ude00'.repeat(5), 3, '\ud83d\ude00'.repeat(3)],
    ['cuts mixed widths without breaking one', 'a\ud83d\ude00b\ud83d\ude00c', 2, 'a\ud83d\ude00'],
    ['keeps what is exactly as long as allowed', 'abc', 3, 'abc'],
    ['reads no more of a long text than it needs', `${'\0'.repeat(100)}a`, 3, ''],
  ])('%s', (_, text, max, plain) => {
    expect(plainText(text, max)).toBe(plain);
    expect(plain.isWellFormed()).toBe(true);
  });
});
