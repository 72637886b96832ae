import { FakeClock } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { Pacer } from './pacer.ts';

function setUp() {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const pacer = new Pacer({ clock, leadMs: 1000, signal: stopping.signal });
  const done: number[] = [];
  const startedAt = clock.now();
  const send = (count: number) => {
    for (let each = 0; each < count; each++) pacer.add(500, () => done.push(clock.now() - startedAt));
  };
  return { clock, pacer, done, send, stop: () => stopping.abort() };
}

it('lets what comes in real time through at once', async () => {
  const { clock, done, send } = setUp();
  for (let each = 0; each < 5; each++) {
    send(1);
    expect(done).toHaveLength(each + 1);
    await clock.advance(500);
  }
});

it('sends delayed audio no faster than it plays, but for the lead', async () => {
  const { clock, done, send } = setUp();
  send(6);
  for (let each = 0; each < 40; each++) await clock.advance(50);
  expect(done).toEqual([0, 0, 0, 500, 1000, 1500]);
});

it('keeps the place of what is no audio', async () => {
  const { clock, pacer, done, send } = setUp();
  send(4);
  const order: string[] = [];
  pacer.add(0, () => order.push(`end of turn after ${done.length}`));
  send(1);
  expect(order).toEqual([]);
  await clock.advance(500);
  expect(order).toEqual(['end of turn after 4']);
  await clock.advance(10_000);
  expect(done).toHaveLength(5);
});

it('does no more once it is ended', async () => {
  const { clock, done, send, stop } = setUp();
  send(4);
  stop();
  await clock.advance(10_000);
  expect(done).toHaveLength(3);
});
