import { describe, expect, it } from 'vitest';
import { WakeHints } from './wake-hints.ts';

const queue = (queueId: number) => ({ queueId, host: 'a:443' });

describe('Offers', () => {
  it('gives lines that nobody works on, once', () => {
    const hints = new WakeHints(() => false);
    expect(hints.add([queue(1), queue(2), queue(1)])).toEqual({ isAnyFree: true, areAllKept: true });
    expect(hints.take()).toEqual([queue(1), queue(2)]);
    expect(hints.take()).toEqual([]);
  });

  it('keeps a line that is worked on until it is let go', () => {
    const working = new Set([1]);
    const hints = new WakeHints((queueId) => working.has(queueId));
    expect(hints.add([queue(1)])).toEqual({ isAnyFree: false, areAllKept: true });
    expect(hints.take()).toEqual([]);
    working.delete(1);
    expect(hints.letGo(1)).toBe(true);
    expect(hints.letGo(1)).toBe(false);
    expect(hints.take()).toEqual([queue(1)]);
  });

  it('keeps a line that was claimed since it was offered', () => {
    const working = new Set<number>();
    const hints = new WakeHints((queueId) => working.has(queueId));
    hints.add([queue(1)]);
    working.add(1);
    expect(hints.take()).toEqual([]);
    expect(hints.letGo(1)).toBe(true);
  });

  it('says when there are more than it remembers', () => {
    const hints = new WakeHints(() => false);
    const many = Array.from({ length: 1001 }, (_, at) => queue(at));
    expect(hints.add(many)).toEqual({ isAnyFree: true, areAllKept: false });
    expect(hints.take()).toHaveLength(1000);
  });
});
