import { describe, expect, it } from 'vitest';
import { StallWatch } from './stall-watch.ts';

const second = (level: number) => new Int16Array(16_000).fill(level);
const at = (now: number) => ({ now, sampleRate: 16_000 });

describe('StallWatch', () => {
  it('notices speech that nobody answers', () => {
    const watch = new StallWatch(10_000);
    for (const now of [0, 1000, 2000]) watch.sent(second(3000), at(now));
    expect(watch.isStalled(9999)).toBe(false);
    expect(watch.isStalled(10_000)).toBe(true);
    watch.received();
    expect(watch.isStalled(20_000)).toBe(false);
  });

  it('does not wait for an answer to silence, nor to a word', () => {
    const watch = new StallWatch(10_000);
    for (let now = 0; now < 60_000; now += 1000) watch.sent(second(5), at(now));
    watch.sent(second(3000), at(60_000));
    expect(watch.isStalled(120_000)).toBe(false);
  });
});
