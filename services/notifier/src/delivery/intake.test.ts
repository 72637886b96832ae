import { FakeClock } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { ClaimRoom } from '../store/lines.ts';
import { Intake } from './intake.ts';

const holder = { instanceId: 'me', held: [] };
const room: ClaimRoom = {
  ...{ all: 100, unproven: 50, fresh: 20 },
  ...{ hosts: ['quick:443', 'full:443'], free: [50, 0], proven: [true, true] },
};
const line = (lineId: number, host = 'quick:443') => ({ lineId, host });

/** An intake whose looks find what `due` holds, and that tells how lines were claimed. */
function setUp(due: { lineId: number; host: string }[][] = []) {
  let now = 0;
  const asked: string[] = [];
  const hands = new Set<number>();
  const intake = new Intake({
    async claim({ room: { unproven } }) {
      const found = due.shift() ?? [];
      asked.push(`look, ${unproven} unproven`);
      return found;
    },
    async claimThese({ lineIds }) {
      asked.push(`lines ${lineIds.join()}`);
      return lineIds.map((lineId) => line(lineId));
    },
    isInHand: (lineId) => hands.has(lineId),
    clock: new FakeClock(),
    now: () => now,
  });
  return {
    intake,
    hands,
    pass: (ms: number) => void (now += ms),
    async take(times = 1) {
      for (let round = 0; round < times; round++) await intake.take(holder, room);
      return asked.splice(0);
    },
  };
}

const look = 'look, 8 unproven';

describe('Intake', () => {
  it('looks first, then claims what is offered by name', async () => {
    const { intake, take } = setUp();
    expect(await take()).toEqual([look]);
    expect(intake.offer([line(1), line(2)])).toBe(true);
    expect(await take()).toEqual(['lines 1,2']);
    expect(await take()).toEqual([look]);
  });

  it('looks where others may be waiting: for a place at the host, or for any', async () => {
    const { intake, take } = setUp();
    await take();
    intake.offer([line(1, 'full:443')]);
    expect(await take()).toEqual([look]);
    await intake.take(holder, { ...room, all: 0 });
    intake.offer([line(2)]);
    expect(await take()).toEqual([look]);
  });

  it('looks when it is asked to, and twice a second, whatever is offered', async () => {
    const { intake, take, pass } = setUp();
    await take();
    intake.offer([line(1)]);
    intake.wantLook();
    expect(await take()).toEqual([look]);
    pass(500);
    intake.offer([line(2)]);
    expect(await take()).toEqual([look]);
  });

  it('takes what is offered between two looks of many', async () => {
    const unproven = Array.from({ length: 8 }, (_, at) => line(at, `new-${at}:443`));
    const { intake, take } = setUp([unproven, unproven]);
    await take();
    expect(intake.isUnfinished).toBe(true);
    intake.offer([line(11)]);
    expect(await take()).toEqual(['lines 11']);
    intake.offer([line(12)]);
    expect(await take(2)).toEqual([look, look]);
    expect(intake.isUnfinished).toBe(false);
  });

  it('claims a line that was offered while it was in hand once it is let go', async () => {
    const { intake, hands, take } = setUp();
    await take();
    hands.add(1);
    expect(intake.offer([line(1)])).toBe(false);
    hands.delete(1);
    expect(intake.letGo(line(1), { isDueAgain: false })).toBe(true);
    expect(await take()).toEqual(['lines 1']);
    expect(intake.letGo(line(1), { isDueAgain: false })).toBe(false);
    expect(intake.letGo(line(1), { isDueAgain: true })).toBe(true);
    expect(await take()).toEqual([look]);
  });
});
