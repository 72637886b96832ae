import { describe, expect, it } from 'vitest';
import { sideBySide } from './side-by-side.ts';

/** Work that ends when the test says so. */
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

describe('sideBySide', () => {
  it('works on so many at a time, and answers in the order of the items', async () => {
    const { begun, ends, work } = setUp();
    const all = sideBySide([1, 2, 3], 2, work);
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
    const all = sideBySide([1, 2, 3, 4], 2, work);
    ends.get(1)?.reject(new Error('the first'));
    await expect(all).rejects.toThrow('the first');
    ends.get(2)?.resolve('two');
    await settled();
    expect(begun).toEqual([1, 2]);
  });

  it('has nothing to do without items', async () => {
    expect(await sideBySide([], 3, async () => 1)).toEqual([]);
  });
});
