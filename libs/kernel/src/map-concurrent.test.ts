import { describe, expect, it } from 'vitest';
import { mapConcurrent } from './map-concurrent.ts';

/** Work that ends when the test ends it. */
function setUp() {
  const begun: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<string>>();
  const work = (item: number) => {
    begun.push(item);
    const end = Promise.withResolvers<string>();
    ends.set(item, end);
    return end.promise;
  };
  return { begun, ends, work };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('mapConcurrent', () => {
  it('works on so many at a time, and answers in the order of the items', async () => {
    const { begun, ends, work } = setUp();
    const all = mapConcurrent([1, 2, 3], { concurrency: 2 }, work);
    expect(begun).toEqual([1, 2]);
    ends.get(2)?.resolve('two');
    await settled();
    expect(begun).toEqual([1, 2, 3]);
    ends.get(3)?.resolve('three');
    ends.get(1)?.resolve('one');
    expect(await all).toEqual(['one', 'two', 'three']);
  });

  it('begins nothing after a failure, and throws the first', async () => {
    const { begun, ends, work } = setUp();
    const all = mapConcurrent([1, 2, 3, 4], { concurrency: 2 }, work);
    ends.get(1)?.reject(new Error('the first'));
    await expect(all).rejects.toThrow('the first');
    ends.get(2)?.resolve('two');
    await settled();
    expect(begun).toEqual([1, 2]);
  });

  it('has nothing to do without items', async () => {
    expect(await mapConcurrent([], { concurrency: 3 }, async () => 1)).toEqual([]);
  });
});
