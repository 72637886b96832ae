import { describe, expect, it } from 'vitest';
import { HostConcurrencyLimiter, metLimits } from './host-concurrency-limiter.ts';

/** Slots on a clock of the test's own. */
function setUp(slots: number) {
  let now = 0;
  const under = new HostConcurrencyLimiter(slots, () => now);
  return {
    under,
    pass: (ms: number) => void (now += ms),
    /** Begins an attempt; the answer ends it. */
    begin(host: string) {
      const slot = under.take(host);
      const { promise, resolve } = Promise.withResolvers<void>();
      const done = slot.time(() => promise).finally(() => slot.give());
      return async () => {
        resolve();
        await done;
      };
    },
    roomOf(host: string) {
      const { hosts, free, proven, fresh } = under.room();
      const place = hosts.indexOf(host);
      return place < 0 ? { free: fresh, proven: false } : { free: free[place], proven: proven[place] };
    },
  };
}

const times = async (count: number, act: () => Promise<void>) => {
  for (let done = 0; done < count; done++) await act();
};

it('lets a host that ends quickly have up to half of all slots', async () => {
  const { begin, roomOf } = setUp(64);
  expect(roomOf('a:443')).toEqual({ free: 8, proven: false });
  await times(10, () => begin('a:443')());
  expect(roomOf('a:443')).toEqual({ free: 32, proven: true });
});

it('lets a host have two while it is late, and more as soon as it ends quickly', async () => {
  const { begin, roomOf, pass } = setUp(64);
  await times(10, () => begin('a:443')());
  const end = begin('a:443');
  pass(1000);
  expect(roomOf('a:443')).toEqual({ free: 1, proven: false });
  await begin('a:443')();
  expect(roomOf('a:443')).toEqual({ free: 1, proven: false });
  await end();
  expect(roomOf('a:443')).toEqual({ free: 2, proven: false });
  await times(2, () => begin('a:443')());
  expect(roomOf('a:443')).toEqual({ free: 8, proven: true });
});

it('leaves half of the slots to proven hosts, however many others there are', async () => {
  const { begin, under } = setUp(8);
  await begin('quick:443')();
  for (const host of ['a', 'b', 'c', 'd']) begin(host);
  expect(under.room()).toMatchObject({ all: 4, unproven: 0 });
});

it('frees the slots of attempts that are late, until too many wait', async () => {
  const { begin, under, pass } = setUp(8);
  for (let wave = 0; wave < 8; wave++) {
    expect(under.room()).toMatchObject({ all: 8, unproven: 4 });
    for (let host = 0; host < 4; host++) begin(`dead-${wave}-${host}:443`);
    expect(under.room()).toMatchObject({ all: 4, unproven: 0 });
    pass(1000);
  }
  expect(under.room()).toMatchObject({ all: 8, unproven: 0 });
});

it('counts what is held between attempts', () => {
  const { under, roomOf } = setUp(8);
  const slot = under.take('a:443');
  expect(roomOf('a:443').free).toBe(0);
  expect(under.room().all).toBe(7);
  slot.give();
  expect(roomOf('a:443').free).toBe(1);
  expect(under.room().all).toBe(8);
});

describe('metLimits', () => {
  const room = {
    ...{ all: 4, unproven: 2, fresh: 2, hosts: ['quick:443', 'slow:443', 'dead:443'] },
    ...{ free: [3, 1, 0], proven: [true, false, false] },
  };
  const claim = (...hosts: string[]) => hosts.map((host, queueId) => ({ queueId, host }));
  const everybody = ['quick:443', 'slow:443', 'dead:443', 'new:443'];

  it.each([
    ['nothing is due', [], false, ['dead:443']],
    ['less is due than there is room for', ['quick:443', 'quick:443', 'new:443'], false, ['dead:443']],
    ['all room is taken', ['quick:443', 'quick:443', 'new:443', 'newer:443'], true, everybody],
    ['a host has no room left', ['quick:443', 'quick:443', 'quick:443'], true, ['quick:443', 'dead:443']],
    ['hosts not proven have none left', ['slow:443', 'new:443'], true, ['slow:443', 'dead:443', 'new:443']],
  ])('tells whose place would help when %s', (_, hosts, isFresh, easedBy) => {
    const met = metLimits(room, claim(...hosts));
    expect({ isFresh: met.isFresh, easedBy: everybody.filter((host) => met.easedBy(host)) }).toEqual({
      isFresh,
      easedBy,
    });
  });
});
