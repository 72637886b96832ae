import { look, type LookCandidate, type LookHit } from './look.ts';

const AGAIN_MS = 15;

/** What is there once one of the places `ends` is, or after `timeoutMs`. */
export async function lookUntil({
  places,
  ends,
  timeoutMs,
}: {
  places: Record<string, LookCandidate[]>;
  ends: string[];
  timeoutMs: number;
}): Promise<Record<string, LookHit | null>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const found = look(places);
    if (ends.some((place) => found[place]) || performance.now() >= giveUpAt) return found;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
