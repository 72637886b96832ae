/**
 * The share of `reference`'s words that `hypothesis` gets wrong: substitutions, deletions and insertions over the number of
 * words. 0 is perfect; insertions can take it above 1. Case and punctuation do not count, nor does another spelling of the
 * same sound.
 */
export function wordErrorRate(reference: string, hypothesis: string): number {
  const expected = toWords(reference);
  const actual = toWords(hypothesis);
  if (expected.length === 0) return actual.length === 0 ? 0 : 1;

  // Levenshtein's distance over words, a row at a time: row[j] is the distance to the first j words of `actual`.
  let row = Array.from({ length: actual.length + 1 }, (_, index) => index);
  for (const [index, word] of expected.entries()) {
    const next = [index + 1];
    for (const [other, recognised] of actual.entries()) {
      next.push(Math.min(row[other]! + (word === recognised ? 0 : 1), row[other + 1]! + 1, next[other]! + 1));
    }
    row = next;
  }
  return row[actual.length]! / expected.length;
}

/** As PocketSphinx's dictionary has them. */
const spellings = /\balot\b/g;

function toWords(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(spellings, 'a lot')
      .match(/[\p{L}\p{N}'’]+/gu) ?? []
  );
}
