import { expect, it } from 'vitest';
import { SendingOrder } from './sending-order.ts';

const at = (ms: number, from = 0xffff_f000) => ({ rtpTimestamp: (from + ms * 90) >>> 0, ms });
const order = (...groups: ReturnType<typeof at>[][]) => {
  const sending = new SendingOrder<ReturnType<typeof at>>();
  return [...groups.flatMap((group) => sending.take(group)), ...sending.end()].map(({ ms }) => ms);
};

it('puts a frame that was whole late before those that were sent after it, over the wrap of their times', () => {
  expect(order([at(0), at(40), at(160), at(80), at(120), at(200)])).toEqual([0, 40, 80, 120, 160, 200]);
});

it('does so across what is stored apart', () => {
  expect(order([at(0), at(40), at(120)], [at(80), at(160)])).toEqual([0, 40, 80, 120, 160]);
});

it('gives out what nothing can come before any more', () => {
  const sending = new SendingOrder<ReturnType<typeof at>>();
  expect(sending.take([at(0), at(900)])).toEqual([]);
  expect(sending.take([at(1500)]).map(({ ms }) => ms)).toEqual([0]);
  expect(sending.take([at(2000)]).map(({ ms }) => ms)).toEqual([900]);
});

it('keeps the order in which they came of frames with one time, and where a sender counts anew', () => {
  const one = { rtpTimestamp: 5, ms: 1 };
  const other = { rtpTimestamp: 5, ms: 2 };
  expect(order([one, other])).toEqual([1, 2]);
  expect(order([at(5000), at(5040), at(0), at(40), at(90_000)])).toEqual([5000, 5040, 0, 40, 90_000]);
});
