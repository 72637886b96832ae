import { describe, expect, it } from 'vitest';
import { BotReportQueues } from './bot-report-queues.ts';

interface Seen {
  readonly sequence: number;
  readonly ref: { readonly botId: string };
}

const seen = (sequence: number, botId: string): Seen => ({ sequence, ref: { botId } });

/** Queues whose reports are committed when the test resolves them. */
function setUp() {
  const started: number[] = [];
  const acknowledged: number[] = [];
  const failures: unknown[] = [];
  const ends = new Map<number, PromiseWithResolvers<void>>();
  const lines = new BotReportQueues<Seen>({
    record({ sequence }) {
      started.push(sequence);
      const end = Promise.withResolvers<void>();
      ends.set(sequence, end);
      return end.promise;
    },
    acknowledge: (sequence) => acknowledged.push(sequence),
    fail: (error) => failures.push(error),
  });
  const settle = async (sequence: number, error?: Error) => {
    if (error) ends.get(sequence)?.reject(error);
    else ends.get(sequence)?.resolve();
    await ends.get(sequence)?.promise.catch(() => {});
    await Promise.resolve();
  };
  return { lines, started, acknowledged, failures, settle };
}

describe('ObservationLines', () => {
  it('commits bots side by side, and each bot in its order', async () => {
    const { lines, started, settle } = setUp();
    for (const one of [seen(1, 'a'), seen(2, 'a'), seen(3, 'b')]) lines.add(one);
    expect(started).toEqual([1, 3]);
    await settle(1);
    expect(started).toEqual([1, 3, 2]);
  });

  it('acknowledges only what nothing earlier is behind', async () => {
    const { lines, acknowledged, settle } = setUp();
    for (const one of [seen(1, 'a'), seen(2, 'b'), seen(3, 'c')]) lines.add(one);
    await settle(2);
    expect(acknowledged).toEqual([]);
    await settle(1);
    expect(acknowledged).toEqual([2]);
    await settle(3);
    expect(acknowledged).toEqual([2, 3]);
  });

  it('leaves room for others: four at a time', async () => {
    const { lines, started, settle } = setUp();
    for (let sequence = 1; sequence <= 6; sequence += 1) lines.add(seen(sequence, `bot ${sequence}`));
    expect(started).toEqual([1, 2, 3, 4]);
    await settle(3);
    expect(started).toEqual([1, 2, 3, 4, 5]);
  });

  it('begins nothing after a failure, and acknowledges nothing beyond it', async () => {
    const { lines, started, acknowledged, failures, settle } = setUp();
    for (const one of [seen(1, 'a'), seen(2, 'a'), seen(3, 'b')]) lines.add(one);
    await settle(1, new Error('the database is not available'));
    await settle(3);
    expect({ started, acknowledged, failures: failures.length }).toEqual({
      started: [1, 3],
      acknowledged: [],
      failures: 1,
    });
  });

  it('begins nothing after it is closed', async () => {
    const { lines, started, settle } = setUp();
    for (const one of [seen(1, 'a'), seen(2, 'a')]) lines.add(one);
    lines.close();
    await settle(1);
    expect(started).toEqual([1]);
  });
});
