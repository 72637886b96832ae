import { FakeClock, MINUTE } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { createJoinerClients, type Joiner } from './joiner-clients.ts';

function setUp(most?: number) {
  const [opened, closed]: [string[], string[]] = [[], []];
  const clock = new FakeClock(0);
  const open = (address: string) => {
    opened.push(address);
    return { [Symbol.asyncDispose]: async () => void closed.push(address) } as unknown as Joiner;
  };
  return { opened, closed, clock, clients: createJoinerClients(open, { clock, ...(most && { most }) }) };
}
const quick = async () => 'answer';

it('connects to each joiner once, and closes what is not used for five minutes', async () => {
  const { opened, closed, clock, clients } = setUp();
  const { promise, resolve } = Promise.withResolvers<string>();
  const long = clients.use('a', () => promise);
  for (const address of ['a', 'b', 'b', 'c']) expect(await clients.use(address, quick)).toBe('answer');
  expect(opened).toEqual(['a', 'b', 'c']);
  await clock.advance(4 * MINUTE);
  await clients.use('c', quick);
  await clock.advance(MINUTE);
  await clients.closeIdle();
  expect(closed).toEqual(['b']);
  resolve('late');
  expect(await long).toBe('late');
  await clients.closeIdle();
  expect(clients.size).toBe(2);
  await clients[Symbol.asyncDispose]();
  expect(closed).toEqual(['b', 'c', 'a']);
});

it('closes the one that was used least lately for another, and refuses where all are in use', async () => {
  const { opened, closed, clients } = setUp(2);
  for (const address of ['a', 'b', 'a', 'c']) await clients.use(address, quick);
  expect([opened, closed]).toEqual([['a', 'b', 'c'], ['b']]);
  const { promise, resolve } = Promise.withResolvers<string>();
  const both = ['a', 'c'].map((address) => clients.use(address, () => promise));
  await expect(clients.use('d', quick)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await clients.use('a', quick)).toBe('answer');
  resolve('done');
  await Promise.all(both);
  expect(await clients.use('d', quick)).toBe('answer');
});
