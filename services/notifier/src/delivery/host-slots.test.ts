import { SECOND } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { HostSlots } from './host-slots.ts';

const freeOf = (slots: HostSlots) => slots.room().free[0];
const times = (count: number, act: () => void) => Array.from({ length: count }).forEach(act);

it('gives a quick host up to half of all slots', () => {
  const slots = new HostSlots(64);
  expect(slots.fresh).toBe(8);
  times(10, () => slots.note('a:443', 20));
  expect(freeOf(slots)).toBe(32);
});

it('leaves a slow host two, until it is quick again', () => {
  const slots = new HostSlots(64);
  times(10, () => slots.note('a:443', 15 * SECOND));
  expect(freeOf(slots)).toBe(2);
  times(2, () => slots.note('a:443', 20));
  expect(freeOf(slots)).toBe(8);
});

it('counts what is under way', () => {
  const slots = new HostSlots(8);
  slots.take('a:443');
  expect(slots.room()).toEqual({ hosts: ['a:443'], free: [0] });
  slots.give('a:443');
  expect(slots.room()).toEqual({ hosts: ['a:443'], free: [1] });
});
