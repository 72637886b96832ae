import { describe, expect, it } from 'vitest';
import { flushIntervalOf } from './flush-interval.ts';

describe('flushIntervalOf', () => {
  it('hurries for who listens most, for live words less, and for a recording not at all', () => {
    const [socket, both, words, none] = [
      flushIntervalOf({ isStreamedLive: true, isTranscribedLive: false }),
      flushIntervalOf({ isStreamedLive: true, isTranscribedLive: true }),
      flushIntervalOf({ isStreamedLive: false, isTranscribedLive: true }),
      flushIntervalOf({ isStreamedLive: false, isTranscribedLive: false }),
    ];
    expect(both).toBe(socket);
    expect(socket).toBeLessThan(words);
    expect(words).toBeLessThan(none);
  });
});
