import { AppError, FakeClock, silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { CommitQueue } from './commit-queue.ts';

function setUp(failures: AppError[]) {
  const committed: string[][] = [];
  const ended = Promise.withResolvers<unknown>();
  const clock = new FakeClock();
  const stopping = new AbortController();
  const queue = new CommitQueue<string>({
    commit: async () => {
      const failure = failures.shift();
      if (failure) throw failure;
    },
    onCommitted: (changes) => void committed.push([...changes]),
    onFailed: ended.resolve,
    clock,
    log: silentLog,
    signal: stopping.signal,
  });
  const turns = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { queue, committed, clock, failed: ended.promise, stopping, turns };
}

describe('CommitQueue', () => {
  it('commits what waits together, in order', async () => {
    const { queue, committed } = setUp([]);
    queue.push('a');
    queue.push('b');
    await queue.idle();
    queue.push('c');
    await queue.idle();
    expect(committed).toEqual([['a', 'b'], ['c']]);
  });

  it('tries again for as long as the database is away', async () => {
    const { queue, committed, clock, turns } = setUp(
      Array.from({ length: 8 }, () => new AppError('unavailable', 'away')),
    );
    queue.push('a');
    for (let tries = 0; tries < 8; tries++) {
      await turns();
      expect(committed).toEqual([]);
      await clock.advance(3000);
    }
    await queue.idle();
    expect(committed).toEqual([['a']]);
  });

  it('gives up where another try cannot help', async () => {
    const { queue, committed, failed } = setUp([new AppError('failed-precondition', 'replaced')]);
    queue.push('a');
    expect(await failed).toMatchObject({ code: 'failed-precondition' });
    expect(committed).toEqual([]);
  });

  it('stops when it is aborted', async () => {
    const { queue, committed, stopping, turns } = setUp([new AppError('unavailable', 'away')]);
    queue.push('a');
    await turns();
    stopping.abort();
    await queue.idle();
    expect(committed).toEqual([]);
  });
});
