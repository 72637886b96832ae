import { describe, expect, it, vi } from 'vitest';
import { Turns } from './turns.ts';

const nobodyGoes = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Turns', () => {
  it('gives them in their order, and to accounts apart from each other', async () => {
    const turns = new Turns(2);
    const order: string[] = [];
    const take = async (account: string, name: string, weight = 1) => {
      const end = await turns.take(account, { weight, signal: nobodyGoes });
      order.push(name);
      return end;
    };
    const [first, second] = [take('a', 'a1'), take('a', 'a2')];
    const [heavy, light] = [take('a', 'heavy', 2), take('a', 'light')];
    void take('b', 'b1');
    await settled();
    expect(order).toEqual(['a1', 'a2', 'b1']);
    (await first)();
    await settled();
    expect(order).toHaveLength(3);
    (await second)();
    await settled();
    expect(order).toEqual(['a1', 'a2', 'b1', 'heavy']);
    (await heavy)();
    await light;
    expect(order.at(-1)).toBe('light');
  });

  it('takes one that weighs more than all, alone', async () => {
    const turns = new Turns(2);
    const end = await turns.take('a', { weight: 5, signal: nobodyGoes });
    end();
    await turns.take('a', { weight: 1, signal: nobodyGoes });
  });

  it('forgets who has gone', async () => {
    const turns = new Turns(1);
    const end = await turns.take('a', { weight: 1, signal: nobodyGoes });
    const gone = new AbortController();
    const impatient = turns.take('a', { weight: 1, signal: gone.signal });
    const patient = turns.take('a', { weight: 1, signal: nobodyGoes });
    gone.abort(new Error('gone'));
    await expect(impatient).rejects.toThrow('gone');
    end();
    await patient;
  });

  it('refuses those that would be too many, and those that have waited too long', async () => {
    vi.useFakeTimers();
    try {
      const turns = new Turns(1);
      await turns.take('a', { weight: 1, signal: nobodyGoes });
      const waiting = Array.from({ length: 8 }, () => turns.take('a', { weight: 1, signal: nobodyGoes }));
      const refused = { code: 'resource-exhausted', retryAfterSeconds: 1 };
      await expect(turns.take('a', { weight: 1, signal: nobodyGoes })).rejects.toMatchObject(refused);
      const late = Promise.allSettled(waiting);
      await vi.advanceTimersByTimeAsync(5000);
      for (const outcome of await late) expect(outcome).toMatchObject({ status: 'rejected', reason: refused });
    } finally {
      vi.useRealTimers();
    }
  });
});
