import { describe, expect, it } from 'vitest';
import { SessionSlots } from './session-slots.ts';

describe('SessionSlots', () => {
  it('gives no more than there are, and what is given back to whoever waits longest', async () => {
    const slots = new SessionSlots(1);
    const { signal } = new AbortController();
    const first = await slots.take(signal);
    const order: string[] = [];
    const second = slots.take(signal).then((give) => (order.push('second'), give));
    const third = slots.take(signal).then((give) => (order.push('third'), give));
    expect(slots.isWanted).toBe(true);
    first?.();
    first?.();
    (await second)?.();
    await third;
    expect(order).toEqual(['second', 'third']);
    expect(slots.isWanted).toBe(false);
  });

  it('lets go of whoever gave up waiting', async () => {
    const slots = new SessionSlots(1);
    await slots.take(new AbortController().signal);
    const giving = new AbortController();
    const waiting = slots.take(giving.signal);
    giving.abort();
    expect(await waiting).toBeUndefined();
    expect(slots.isWanted).toBe(false);
  });
});
