/** What one of the crowd does next. */
export type Deed = 'say' | 'mute' | 'swap' | 'film' | 'rejoin';

/** A repeatable stand-in for chance, from 0 to 1 (Park and Miller's generator). */
export function lottery(seed: number): () => number {
  // Small seeds begin with small numbers: they are spread over the generator's range first.
  let state = (seed * 69_621 * 48_271) % 2_147_483_647 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** One person's deeds without end: half of them are words. */
export function* deedsOf(person: number, seed: number): Generator<Deed> {
  const random = lottery(seed * 1000 + person + 1);
  for (;;) {
    const chance = random();
    if (chance < 0.55) yield 'say';
    else if (chance < 0.7) yield 'mute';
    else if (chance < 0.85) yield 'swap';
    else if (chance < 0.93) yield 'film';
    else yield 'rejoin';
  }
}
