/** A word and when it began, in milliseconds of any one clock. */
export interface TimedWord {
  readonly text: string;
  readonly startMs: number;
}

/** The words that both have, in the order of both, as many as there can be: pairs of an expected and a heard one. */
export function matchWords<Expected extends TimedWord, Recognised extends TimedWord>(
  expected: readonly Expected[],
  recognised: readonly Recognised[],
): [Expected, Recognised][] {
  // lengths[i][j] is the most that expected from i on and heard from j on have in common.
  const lengths = Array.from({ length: expected.length + 1 }, () => new Uint32Array(recognised.length + 1));
  for (let i = expected.length - 1; i >= 0; i--) {
    for (let j = recognised.length - 1; j >= 0; j--) {
      lengths[i]![j] = isSame(expected[i]!, recognised[j]!)
        ? lengths[i + 1]![j + 1]! + 1
        : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const pairs: [Expected, Recognised][] = [];
  for (let i = 0, j = 0; i < expected.length && j < recognised.length;) {
    if (isSame(expected[i]!, recognised[j]!)) pairs.push([expected[i++]!, recognised[j++]!]);
    else if (lengths[i + 1]![j]! >= lengths[i]![j + 1]!) i++;
    else j++;
  }
  return pairs;
}

function isSame(a: TimedWord, b: TimedWord): boolean {
  return plain(a.text) === plain(b.text);
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}'’]/gu, '');
}
