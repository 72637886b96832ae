import { playFuzz } from '../fuzz/play.ts';
import { setFuzzStage } from '../fuzz/world.ts';
import type { E2eStory } from '../story.ts';

/** Requests that nobody would send, made from the contract; `FUZZ_SEED` makes the same ones again. */
export function fuzz(options: { requests: number; seed?: number }): E2eStory {
  return {
    name: 'requests made from the contract and spoiled are answered in the documented shapes, never by a 5xx',
    isSlow: true,
    async play(screen) {
      await using fixture = await setFuzzStage();
      const { FUZZ_SEED: asked, FUZZ_REQUESTS: count } = process.env;
      const seed = Number(asked ?? options.seed ?? Math.floor(Math.random() * 1e6));
      return await playFuzz(fixture, { seed, requests: Number(count ?? options.requests), screen });
    },
  };
}
