import { describe, expect, it } from 'vitest';
import { flushIntervalOf } from './flush-interval.ts';

describe('flushIntervalOf', () => {
  it('hurries for who listens most, for live words less, and for a recording not at all', () => {
    const [socket, both, words, none] = [
      flushIntervalOf({ isHeardLive: true, isTranscribedLive: false }),
      flushIntervalOf({ isHeardLive: true, isTranscribedLive: true }),
      flushIntervalOf({ isHeardLive: false, isTranscribedLive: true }),
      flushIntervalOf({ isHeardLive: false, isTranscribedLive: false }),
    ];
    expect(both).toBe(socket);
    expect(socket).toBeLessThan(words);
    expect(words).toBeLessThan(none);
  });
});
