import { expect, it } from 'vitest';
import { DurablePosition, type Safe } from './durable-position.ts';

const all: Safe = { samples: Infinity, notedSequence: Infinity, committedMs: () => Infinity };
const needs = (sequence: number, audioUntil = 0, speech: Record<string, number> = {}) => ({
  sequence,
  audioUntil,
  speechUntil: new Map(Object.entries(speech)),
});

it('stands still while the first batch waits, whatever the later ones do', () => {
  const position = new DurablePosition(4);
  position.add(needs(5, 96_001));
  position.add(needs(6));
  expect(position.advance({ ...all, samples: 96_000 })).toBe(4);
  expect(position.advance({ ...all, samples: 96_001 })).toBe(6);
});

it("waits for notes, segments and every track's speech", () => {
  const position = new DurablePosition();
  position.add(needs(1, 960, { a: 20, b: 30 }));
  const committed = (a: number, b: number) => (trackId: string) => (trackId === 'a' ? a : b);
  expect(position.advance({ ...all, notedSequence: 0 })).toBe(0);
  expect(position.advance({ ...all, samples: 959 })).toBe(0);
  expect(position.advance({ ...all, committedMs: committed(20, 29) })).toBe(0);
  expect(position.advance({ ...all, committedMs: committed(20, 30) })).toBe(1);
});

it('never goes back', () => {
  const position = new DurablePosition();
  position.add(needs(1));
  expect(position.advance(all)).toBe(1);
  expect(position.advance({ samples: 0, notedSequence: 0, committedMs: () => 0 })).toBe(1);
});

it('counts batches by their own numbers, also after a gap', () => {
  const position = new DurablePosition();
  position.add(needs(1));
  position.add(needs(9));
  expect(position.advance(all)).toBe(9);
});
