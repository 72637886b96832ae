import { sentences } from '@earshot/sandbox';

/** What one of the crowd does next. */
export type Deed =
  { readonly does: 'say'; readonly text: string } | { readonly does: 'mute' | 'swap' | 'film' | 'rejoin' };

/** A repeatable stand-in for chance, from 0 to 1 (Park and Miller's generator). */
export function lottery(seed: number): () => number {
  // Small seeds begin with small numbers: they are spread over the generator's range first.
  let state = (seed * 69_621 * 48_271) % 2_147_483_647 || 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** One person's deeds without end: half of them are words, and no two people say the same at a time. */
export function* deedsOf(person: number, { seed, people }: { seed: number; people: number }): Generator<Deed> {
  const random = lottery(seed * 1000 + person + 1);
  for (let said = person; ;) {
    const chance = random();
    if (chance < 0.55) {
      yield { does: 'say', text: sentences[said % sentences.length]?.text ?? '' };
      said += people;
    } else if (chance < 0.7) yield { does: 'mute' };
    else if (chance < 0.85) yield { does: 'swap' };
    else if (chance < 0.93) yield { does: 'film' };
    else yield { does: 'rejoin' };
  }
}
