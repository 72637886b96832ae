import type { AccountId, BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { costOf, type LiveBuffer } from './live-buffer.ts';
import { LiveMemory } from './live-memory.ts';

const [greedy, modest] = ['greedy' as AccountId, 'modest' as AccountId];

function message(bytes: number, { messageId = 'm', supersedesKey = '' } = {}) {
  const about = { botId: 'b' as BotId, accountId: greedy, url: '', queuedAt: 0 };
  return { ...about, messageId, supersedesKey, body: Buffer.alloc(bytes) };
}

const KB = 1000;
const memoryOf = (accountBytes: number, totalBytes: number) =>
  new LiveMemory({ capacity: 1000, maxBytes: 100 * KB, accountBytes, totalBytes });

/** Pushes finals until one is refused. */
function fill(buffer: LiveBuffer, most = 1000): number {
  let count = 0;
  while (count < most && buffer.push(message(KB))) count++;
  return count;
}

it('holds no more of a queue, of an account and of all than it may', () => {
  const memory = memoryOf(150 * KB, 250 * KB);
  for (const account of [greedy, modest, 'third' as AccountId]) {
    for (let queue = 0; queue < 5; queue++) fill(memory.open(account));
  }
  expect(memory.bytes).toBeLessThanOrEqual(250 * KB);
  expect(memory.bytes).toBeGreaterThan(240 * KB);
});

it('has the account that takes the most make room for another', () => {
  const memory = memoryOf(150 * KB, 150 * KB);
  const queues = [memory.open(greedy), memory.open(greedy)];
  for (const queue of queues) fill(queue);
  const small = memory.open(modest);
  expect(fill(small, 20)).toBe(20);
  expect(small.droppedFinals).toBe(0);
  expect(queues.reduce((sum, queue) => sum + queue.droppedFinals, 0)).toBeGreaterThan(20);
});

it('has a queue that is not read make room for the others of its account', () => {
  const memory = memoryOf(100 * KB, 1000 * KB);
  const [stuck, alive] = [memory.open(greedy), memory.open(greedy)];
  fill(stuck);
  expect(fill(alive, 10)).toBe(10);
  expect(stuck.droppedFinals).toBeGreaterThan(10);
});

it('drops partials before finals', () => {
  const memory = memoryOf(100 * KB, 1000 * KB);
  const [stuck, alive] = [memory.open(greedy), memory.open(greedy)];
  for (let index = 0; index < 30; index++) {
    stuck.push(message(KB, { messageId: `f${index}` }));
    stuck.push(message(KB, { messageId: `p${index}`, supersedesKey: `k${index}` }));
  }
  expect(fill(alive, 30)).toBe(30);
  expect(stuck).toMatchObject({ droppedFinals: 0, finals: 30 });
  expect(stuck.droppedPartials).toBeGreaterThan(20);
  expect(memory.takeDrops()).toEqual({ partials: stuck.droppedPartials, finals: 0 });
  expect(memory.takeDrops()).toBeUndefined();
});

it('counts what is on its way, and gives everything back', () => {
  const memory = memoryOf(100 * KB, 100 * KB);
  const queue = memory.open(greedy);
  queue.push(message(KB));
  queue.push(message(KB));
  const taken = queue.take()!;
  expect(memory.bytes).toBe(2 * costOf(taken));
  queue.putBack(taken);
  queue.take();
  queue.settle();
  expect(memory.bytes).toBe(costOf(taken));
  memory.close(greedy, queue);
  expect(memory.bytes).toBe(0);
});
