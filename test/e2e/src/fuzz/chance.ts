import { lottery } from '../stories/crowd-script.ts';

/** Choices that are the same ones again for the same seed. */
export interface Chance {
  /** A whole number from 0 up to `below`, without it. */
  number(below: number): number;
  pick<T>(all: readonly T[]): T;
  /** Whether something happens that does so in one of `times` cases. */
  isOnceIn(times: number): boolean;
}

export function createChance(seed: number): Chance {
  const next = lottery(seed);
  const number = (below: number) => Math.min(below - 1, Math.floor(next() * below));
  return {
    number,
    pick: <T>(all: readonly T[]) => all[number(all.length)] as T,
    isOnceIn: (times) => number(times) === 0,
  };
}
