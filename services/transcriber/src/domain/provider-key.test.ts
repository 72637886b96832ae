import { describe, expect, it } from 'vitest';
import { lastFourOf, parseApiKey, parseProvider } from './provider-key.ts';

const providers = ['deepgram', 'openai_compatible'];

describe('parseProvider', () => {
  it('takes providers, and no engines or properties', () => {
    expect(parseProvider('openai_compatible', providers)).toBe('openai_compatible');
    for (const name of ['', 'deepgram_streaming', 'toString', 'Deepgram']) {
      expect(() => parseProvider(name, providers)).toThrow(/^provider must be one of deepgram, openai_compatible$/);
    }
  });
});

describe('parseApiKey', () => {
  it.each(['0123456789abcdef', 'sk-proj_'.repeat(64), '!'.repeat(15) + '~'])('takes %s', (key) => {
    expect(parseApiKey(key)).toBe(key);
  });

  it.each([
    ...['', '0123456789abcde', 'x'.repeat(513), '0123456789 abcdef', '0123456789abcdef\n', '0123456789\r\nX-Evil: 1'],
    ...['0123456789abcdé', '\u0000123456789abcdef'],
  ])('refuses %j and does not repeat it', (key) => {
    expect(() => parseApiKey(key)).toThrow(/^api_key must be 16 to 512 printable characters without spaces$/);
  });
});

describe('lastFourOf', () => {
  it('shows four characters and no more', () => expect(lastFourOf('0123456789abcdef')).toBe('cdef'));
});
