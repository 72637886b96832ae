import { AppError } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { Batcher } from './batcher.ts';

it('makes one batch of what comes while another runs, in order', async () => {
  const batches: number[][] = [];
  const batcher = new Batcher<number, string>(
    async (items) => {
      batches.push([...items]);
      return items.map(String);
    },
    { largest: 3 },
  );
  const first = batcher.add(0);
  await Promise.resolve();
  const rest = [1, 2, 3, 4].map((item) => batcher.add(item));
  expect(await Promise.all([first, ...rest])).toEqual(['0', '1', '2', '3', '4']);
  expect(batches).toEqual([[0], [1, 2, 3], [4]]);
});

it('runs as many batches side by side as its concurrency allows', async () => {
  const running: { items: number[]; end: () => void }[] = [];
  const batcher = new Batcher<number, number>(
    (items) => new Promise((resolve) => running.push({ items: [...items], end: () => resolve(items) })),
    { largest: 10, concurrency: 2 },
  );
  const results: Promise<number>[] = [];
  for (const item of [0, 1, 2, 3]) {
    results.push(batcher.add(item));
    await Promise.resolve();
  }
  expect(running.map(({ items }) => items)).toEqual([[0], [1]]);
  running[1]?.end();
  await results[1];
  await Promise.resolve();
  expect(running.map(({ items }) => items)).toEqual([[0], [1], [2, 3]]);
  running[0]?.end();
  running[2]?.end();
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3]);
});

it('fails only the item at fault', async () => {
  const batcher = new Batcher<number, number>(
    async (items) => {
      if (items.includes(2)) throw new Error('two');
      return items;
    },
    { largest: 10 },
  );
  const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('does not repeat one by one what is unavailable to all', async () => {
  let runs = 0;
  const batcher = new Batcher<number, number>(
    async () => {
      runs++;
      throw new AppError('unavailable', 'gone');
    },
    { largest: 10 },
  );
  await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
  expect(runs).toBe(1);
});
