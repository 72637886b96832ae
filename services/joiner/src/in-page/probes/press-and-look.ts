import { find, look, type LookCandidate, type LookHit } from './look.ts';

const AGAIN_MS = 15;

interface PressAndLook {
  /** What is pressed: the first that is there. None: somebody else has pressed. */
  press?: LookCandidate[];
  places: Record<string, LookCandidate[]>;
  /** Those of the places by which the page shows what the press has come to. */
  ends: string[];
  timeoutMs: number;
}

/** What is there once the press has come to something, or after `timeoutMs`; null where there was nothing to be pressed. */
export async function pressAndLook({
  press,
  places,
  ends,
  timeoutMs,
}: PressAndLook): Promise<Record<string, LookHit | null> | null> {
  if (press) {
    const control = find(press);
    if (!(control instanceof HTMLElement)) return null;
    control.click();
  }
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const found = look(places);
    if (ends.some((place) => found[place]) || performance.now() >= giveUpAt) return found;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
