import { describe, expect, it } from 'vitest';
import { paceOf } from './pace.ts';

describe('paceOf', () => {
  it('hurries for who listens most, for live words less, and for a recording not at all', () => {
    const [socket, both, words, none] = [
      paceOf({ isHeardLive: true, isTranscribedLive: false }),
      paceOf({ isHeardLive: true, isTranscribedLive: true }),
      paceOf({ isHeardLive: false, isTranscribedLive: true }),
      paceOf({ isHeardLive: false, isTranscribedLive: false }),
    ];
    expect(both).toBe(socket);
    expect(socket).toBeLessThan(words);
    expect(words).toBeLessThan(none);
  });
});
