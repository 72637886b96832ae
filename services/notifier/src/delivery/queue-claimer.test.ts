import { FakeClock } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { ClaimRoom } from '../store/delivery-queues.ts';
import { QueueClaimer } from './queue-claimer.ts';

const holder = { instanceId: 'me', held: [] };
const room: ClaimRoom = {
  ...{ all: 100, unproven: 50, fresh: 20 },
  ...{ hosts: ['quick:443', 'full:443'], free: [50, 0], proven: [true, true] },
};
const queue = (queueId: number, host = 'quick:443') => ({ queueId, host });

/** A claimer whose looks find what `due` holds, and that records how queues were claimed. */
function setUp(due: { queueId: number; host: string }[][] = []) {
  let now = 0;
  const asked: string[] = [];
  const working = new Set<number>();
  const claimer = new QueueClaimer({
    async claim({ room: { unproven } }) {
      const found = due.shift() ?? [];
      asked.push(`look, ${unproven} unproven`);
      return found;
    },
    async claimThese({ queueIds }) {
      asked.push(`queues ${queueIds.join()}`);
      return queueIds.map((queueId) => queue(queueId));
    },
    isInHand: (queueId) => working.has(queueId),
    clock: new FakeClock(),
    now: () => now,
  });
  return {
    claimer,
    working,
    pass: (ms: number) => void (now += ms),
    async take(times = 1) {
      for (let round = 0; round < times; round++) await claimer.take(holder, room);
      return asked.splice(0);
    },
  };
}

const look = 'look, 8 unproven';

describe('QueueClaimer', () => {
  it('looks first, then claims what is offered by id', async () => {
    const { claimer, take } = setUp();
    expect(await take()).toEqual([look]);
    expect(claimer.hint([queue(1), queue(2)])).toBe(true);
    expect(await take()).toEqual(['queues 1,2']);
    expect(await take()).toEqual([look]);
  });

  it('looks where others may be waiting: for a place at the host, or for any', async () => {
    const { claimer, take } = setUp();
    await take();
    claimer.hint([queue(1, 'full:443')]);
    expect(await take()).toEqual([look]);
    await claimer.take(holder, { ...room, all: 0 });
    claimer.hint([queue(2)]);
    expect(await take()).toEqual([look]);
  });

  it('looks when it is asked to, and twice a second, whatever is offered', async () => {
    const { claimer, take, pass } = setUp();
    await take();
    claimer.hint([queue(1)]);
    claimer.wantLook();
    expect(await take()).toEqual([look]);
    pass(500);
    claimer.hint([queue(2)]);
    expect(await take()).toEqual([look]);
  });

  it('takes what is offered between two looks of many', async () => {
    const unproven = Array.from({ length: 8 }, (_, at) => queue(at, `new-${at}:443`));
    const { claimer, take } = setUp([unproven, unproven]);
    await take();
    expect(claimer.isUnfinished).toBe(true);
    claimer.hint([queue(11)]);
    expect(await take()).toEqual(['queues 11']);
    claimer.hint([queue(12)]);
    expect(await take(2)).toEqual([look, look]);
    expect(claimer.isUnfinished).toBe(false);
  });

  it('claims a queue that was offered while it was held once it is released', async () => {
    const { claimer, working, take } = setUp();
    await take();
    working.add(1);
    expect(claimer.hint([queue(1)])).toBe(false);
    working.delete(1);
    expect(claimer.release(queue(1), { isDueAgain: false })).toBe(true);
    expect(await take()).toEqual(['queues 1']);
    expect(claimer.release(queue(1), { isDueAgain: false })).toBe(false);
    expect(claimer.release(queue(1), { isDueAgain: true })).toBe(true);
    expect(await take()).toEqual([look]);
  });
});
