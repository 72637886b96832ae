import { describe, expect, it } from 'vitest';
import { WakeHints } from './wake-hints.ts';

const queue = (queueId: number) => ({ queueId, host: 'a:443' });

describe('WakeHints', () => {
  it('gives queues that nobody works on, once', () => {
    const hints = new WakeHints(() => false);
    expect(hints.add([queue(1), queue(2), queue(1)])).toEqual({ isAnyFree: true, areAllKept: true });
    expect(hints.take()).toEqual([queue(1), queue(2)]);
    expect(hints.take()).toEqual([]);
  });

  it('keeps a queue that is worked on until it is released', () => {
    const working = new Set([1]);
    const hints = new WakeHints((queueId) => working.has(queueId));
    expect(hints.add([queue(1)])).toEqual({ isAnyFree: false, areAllKept: true });
    expect(hints.take()).toEqual([]);
    working.delete(1);
    expect(hints.release(1)).toBe(true);
    expect(hints.release(1)).toBe(false);
    expect(hints.take()).toEqual([queue(1)]);
  });

  it('keeps a queue that was claimed since it was added', () => {
    const working = new Set<number>();
    const hints = new WakeHints((queueId) => working.has(queueId));
    hints.add([queue(1)]);
    working.add(1);
    expect(hints.take()).toEqual([]);
    expect(hints.release(1)).toBe(true);
  });

  it('reports when there are more than it remembers', () => {
    const hints = new WakeHints(() => false);
    const many = Array.from({ length: 1001 }, (_, at) => queue(at));
    expect(hints.add(many)).toEqual({ isAnyFree: true, areAllKept: false });
    expect(hints.take()).toHaveLength(1000);
  });
});
