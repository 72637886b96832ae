import type { CaptionRow } from '../../domain/captions.ts';

/** An item of the full transcript, as far as it is drawn. */
export interface TranscriptItem {
  /** Empty but on the first item of a run. */
  readonly name: string;
  /** When it began, on the page's clock; it stays. */
  readonly time: string;
  /** Written anew in place while it is spoken. */
  readonly text: string;
}

interface Known {
  readonly key: string;
  readonly time: string;
  speaker: string;
  text: string;
}

/** More than a page draws at once; fewer than the rows that captions remember, so that none is sent again. */
const KEPT = 100;
/** What speaks for two items being one: the same time and the same beginning, or the time alone. */
const [ALIKE, SAME_TIME] = [3, 1];

/**
 * The items of a transcript as rows with a key and a speaker. The list draws only what is in sight, in elements that it makes
 * anew, and items have no ids: they are known again by their order, their time and the beginning of their text.
 */
export class ZoomTranscript {
  #known: readonly Known[] = [];
  #isCut = false;
  #count = 0;

  rows(seen: readonly TranscriptItem[]): CaptionRow[] {
    const places = align(this.#known, seen);
    const isKnown = (place: number | undefined) => place !== undefined;
    const [first, last] = [places.findIndex(isKnown), places.findLastIndex(isKnown)];
    const merged: Known[] = [];
    const drawn: Known[] = [];
    let taken = 0;
    for (const [index, { name, time, text }] of seen.entries()) {
      const place = places[index];
      // Older than what is kept: sent long ago.
      if (place === undefined && this.#isCut && index < first) continue;
      const until = place ?? (index > last ? this.#known.length : taken);
      merged.push(...this.#known.slice(taken, until));
      taken = place === undefined ? until : place + 1;
      const known = place === undefined ? undefined : this.#known[place];
      const item = known ?? { key: `item ${(this.#count += 1)}`, time, speaker: '', text };
      // What is drawn has no gaps: a name carries over from the item before, though not from one that was drawn earlier.
      item.speaker = name || item.speaker || (drawn.at(-1)?.speaker ?? '');
      item.text = text;
      merged.push(item);
      drawn.push(item);
    }
    merged.push(...this.#known.slice(taken));
    this.#isCut ||= merged.length > KEPT;
    this.#known = merged.slice(-KEPT);
    return drawn.map(({ key, speaker, text }) => ({ key, speaker, text }));
  }
}

/** For each item that is seen, which of the known it is: in order, so that most agree, and rather the later ones. */
function align(known: readonly Known[], seen: readonly TranscriptItem[]): (number | undefined)[] {
  const best = Array.from({ length: known.length + 1 }, () => new Array<number>(seen.length + 1).fill(0));
  const bestAt = (at: number, index: number) => best[at]?.[index] ?? 0;
  const paired = (at: number, index: number) => {
    const likeness = likenessOf(known[at], seen[index]);
    return likeness > 0 ? likeness + bestAt(at + 1, index + 1) : 0;
  };
  for (let at = known.length - 1; at >= 0; at--) {
    for (let index = seen.length - 1; index >= 0; index--) {
      const row = best[at] ?? [];
      row[index] = Math.max(bestAt(at + 1, index), bestAt(at, index + 1), paired(at, index));
    }
  }
  const places = new Array<number | undefined>(seen.length).fill(undefined);
  for (let [at, index] = [0, 0]; at < known.length && index < seen.length;) {
    const score = bestAt(at, index);
    if (score === 0) break;
    if (score === bestAt(at + 1, index)) at += 1;
    else if (score === paired(at, index)) places[index++] = at++;
    else index += 1;
  }
  return places;
}

function likenessOf(known: Known | undefined, seen: TranscriptItem | undefined): number {
  if (!known || !seen || known.time !== seen.time) return 0;
  if (seen.name !== '' && known.speaker !== '' && seen.name !== known.speaker) return 0;
  const [before, after] = [bare(known.text), bare(seen.text)];
  const isGrown = after.startsWith(before) || before.startsWith(after);
  return isGrown || before.split(' ')[0] === after.split(' ')[0] ? ALIKE : SAME_TIME;
}

/** Capitals and marks are corrected after the word. */
function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N} ]/gu, '');
}
