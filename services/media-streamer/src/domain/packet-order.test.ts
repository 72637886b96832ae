import { describe, expect, it } from 'vitest';
import { PacketOrder } from './packet-order.ts';

const SAMPLES = 960;
const START = 0xffff_f000;

/** Packets by number, as they arrive, 20 ms after each other unless they come at `number@ms`; a `q` behind is a quiet one. */
function passed(arrivals: string): string {
  const order = new PacketOrder<{ number: number; rtpTimestamp: number; pcm: { length: number }; arrivedMs: number }>();
  const log: string[] = [];
  for (const [index, text] of arrivals.split(' ').entries()) {
    const [, number = '', at] = /^(\d+)q?(?:@(\d+))?$/.exec(text) ?? [];
    const arrivedMs = Number(at ?? index * 20);
    const rtpTimestamp = (START + Number(number) * SAMPLES) >>> 0;
    const packet = { number: Number(number), rtpTimestamp, pcm: { length: SAMPLES }, arrivedMs };
    const due = [...order.tick(arrivedMs), ...order.push(packet, { isQuiet: text.includes('q') })];
    log.push(due.map((each) => each.number).join('+') || '-');
  }
  log.push(
    order
      .tick(1e6)
      .map((each) => each.number)
      .join('+'),
  );
  return log.join(' ').trim();
}

describe('PacketOrder', () => {
  it.each([
    { what: 'hands on at once what comes in order, over the wrap', arrivals: '1 2 3 4 5', due: '1 2 3 4 5' },
    { what: 'waits for one that was overtaken', arrivals: '1 3 2 4', due: '1 - 2+3 4' },
    { what: 'goes on without one that is lost after 40 ms', arrivals: '1 3 4 5 6', due: '1 - - 3+4+5 6' },
    {
      what: 'drops one that comes after that, and one that comes twice',
      arrivals: '1 3 4 5 2 6 6',
      due: '1 - - 3+4+5 - 6 -',
    },
    { what: 'waits for nothing after silence', arrivals: '1 2q 4 5', due: '1 2 4 5' },
    { what: 'waits for nothing where more is left out than is ever overtaken', arrivals: '1 9 10', due: '1 9 10' },
    { what: 'believes a sender that begins anew', arrivals: '100 101 1 2', due: '100 101 1 2' },
    { what: 'hands on what it holds once the clock goes on', arrivals: '1 3', due: '1 - 3' },
  ])('$what', ({ arrivals, due }) => {
    expect(passed(arrivals)).toBe(due);
  });
});
