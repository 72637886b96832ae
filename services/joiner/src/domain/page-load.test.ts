import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import { startLoad, trackLoad, type LoadSigns } from './page-load.ts';

/** In which seconds a page that is loaded at 0 and looked at once a second is loaded again. */
function reloads(seconds: number, signsAt: (second: number) => Partial<LoadSigns>): number[] {
  const due: number[] = [];
  let load = startLoad(0);
  for (let second = 1; second <= seconds; second += 1) {
    const signs = { state: 'loading', isFailed: false, isUnderWay: false, ...signsAt(second) } as const;
    const after = trackLoad(load, { ...signs, now: second * SECOND });
    load = after.load;
    if (after.isReloadDue) due.push(second);
  }
  return due;
}

describe('trackLoad', () => {
  it.each<[string, number, (second: number) => Partial<LoadSigns>, number[]]>([
    [
      'loads a page that the network refused again, every five seconds',
      11,
      () => ({ state: 'network', isFailed: true }),
      [5, 10],
    ],
    [
      'gives a page that lost its connection ten seconds to get it back',
      25,
      (second) => ({ state: second === 9 ? 'waiting' : 'network' }),
      [20, 25],
    ],
    [
      'loads a page that shows nothing known for twenty seconds once more, and no more than once',
      70,
      (second) => ({ state: second === 15 ? 'name' : 'loading' }),
      [36],
    ],
    [
      'never loads a page again on which something came of the knock, unless the network failed it',
      41,
      (second) => ({
        state: second < 20 || second === 41 ? 'network' : 'loading',
        isUnderWay: true,
        isFailed: second === 41,
      }),
      [41],
    ],
    ['leaves a page alone that knows what it shows', 70, () => ({ state: 'waiting' }), []],
  ])('%s', (_, seconds, signsAt, expected) => {
    expect(reloads(seconds, signsAt)).toEqual(expected);
  });
});
