import { describe, expect, it } from 'vitest';
import { Offers } from './offers.ts';

const line = (lineId: number) => ({ lineId, host: 'a:443' });

describe('Offers', () => {
  it('gives lines that nobody works on, once', () => {
    const offers = new Offers(() => false);
    expect(offers.add([line(1), line(2), line(1)])).toEqual({ isAnyFree: true, areAllKept: true });
    expect(offers.take()).toEqual([line(1), line(2)]);
    expect(offers.take()).toEqual([]);
  });

  it('keeps a line that is worked on until it is let go', () => {
    const hands = new Set([1]);
    const offers = new Offers((lineId) => hands.has(lineId));
    expect(offers.add([line(1)])).toEqual({ isAnyFree: false, areAllKept: true });
    expect(offers.take()).toEqual([]);
    hands.delete(1);
    expect(offers.letGo(1)).toBe(true);
    expect(offers.letGo(1)).toBe(false);
    expect(offers.take()).toEqual([line(1)]);
  });

  it('keeps a line that was claimed since it was offered', () => {
    const hands = new Set<number>();
    const offers = new Offers((lineId) => hands.has(lineId));
    offers.add([line(1)]);
    hands.add(1);
    expect(offers.take()).toEqual([]);
    expect(offers.letGo(1)).toBe(true);
  });

  it('says when there are more than it remembers', () => {
    const offers = new Offers(() => false);
    const many = Array.from({ length: 1001 }, (_, at) => line(at));
    expect(offers.add(many)).toEqual({ isAnyFree: true, areAllKept: false });
    expect(offers.take()).toHaveLength(1000);
  });
});
