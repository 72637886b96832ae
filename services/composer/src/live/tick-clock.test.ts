import { expect, it } from 'vitest';
import { TickClock } from './tick-clock.ts';

const sound = (atMs: number, ms: number, value = 1) => ({
  atUs: atMs * 1000,
  pcm: new Uint8Array(new Int16Array(ms * 48).fill(value).buffer),
});
const valuesOf = (tick: Buffer) => [...new Set(new Int16Array(Uint8Array.from(tick).buffer))];

it('makes ticks of 40 ms of what comes in any lengths', () => {
  const clock = new TickClock();
  const ticks = [0, 20, 30, 90].map(
    (at, index, all) => [...clock.push(sound(at, (all[index + 1] ?? 120) - at))].length,
  );
  expect(ticks).toEqual([0, 0, 2, 1]);
});

it('puts silence in a gap, hears what comes twice once, and does not wait out a long gap', () => {
  const clock = new TickClock();
  expect([...clock.push(sound(0, 40))].map(valuesOf)).toEqual([[1]]);
  expect([...clock.push(sound(120, 40))].map(valuesOf)).toEqual([[0], [0], [1]]);
  expect([...clock.push(sound(100, 60))]).toEqual([]);
  expect([...clock.push(sound(140, 60, 2))].map(valuesOf)).toEqual([[2]]);
  expect([...clock.push(sound(60_000, 40, 3))].map(valuesOf)).toEqual([[3]]);
});
