import { SECOND } from '@earshot/kernel';

/** A row of the meeting's captions as a page shows it at one moment. Platforms write it anew while it is spoken. */
export interface CaptionRow {
  /** The same row has the same key, and no other row of the visit has it. */
  readonly key: string;
  /** Empty while the page does not say. */
  readonly speaker: string;
  readonly text: string;
}

/** A speaker's words, as far as they were not final before. */
export interface FinalCaption {
  readonly speaker: string;
  readonly text: string;
  /** Meeting clock, milliseconds. Finals of one speaker follow one another. */
  readonly startMs: number;
  readonly endMs: number;
  readonly isFinal: boolean;
}

/** A row that was not written anew for this long is finished; Teams settles in about 1 s (public extensions, 2026). */
const SETTLE_MS = 2 * SECOND;
/** Names may come after the words. */
const NAME_MS = 2 * SETTLE_MS;
/** Of somebody who does not pause: words are not kept from their customer for longer. */
const LONGEST_MS = 20 * SECOND;
/** The newest words of somebody who goes on may still be corrected: they are left for the next final. */
const OPEN_WORDS = 5;
/** A row began after the look before the one that found it, and looks are a second apart. */
const BEFORE_MS = 2 * SECOND;
/** Rows that were sent: a page may scroll them out of sight and back. */
const REMEMBERED = 200;

interface Row {
  speaker: string;
  words: readonly string[];
  /** Which of its words finals have had, as they were then. */
  emitted: readonly string[];
  /** Those that none has had. */
  open: readonly string[];
  startMs: number;
  changedMs: number;
}

/** Makes finals out of repeated looks at rows that are written again and again: each word in one final. */
export class CaptionFinalizer {
  readonly #rows = new Map<string, Row>();
  readonly #endedMs = new Map<string, number>();
  #lookedMs = 0;

  /** The captions to send after a look, in order. */
  look(seen: readonly CaptionRow[], atMs: number): FinalCaption[] {
    const captions: FinalCaption[] = [];
    for (const { key, speaker, text } of seen) {
      const words = wordsOf(text);
      const row = this.#rowOf(key, atMs);
      // Nodes are used again, and another speaker means another row.
      const hasAnother = row.speaker !== '' && speaker !== '' && speaker !== row.speaker;
      if (hasAnother || isAnother(row.emitted, words)) captions.push(...this.#restart(row));
      row.speaker = speaker || row.speaker;
      if (words.join(' ') === row.words.join(' ')) continue;
      const wasOpen = row.open.length > 0;
      row.words = words;
      row.open = words.slice(emittedCount(row.emitted, words));
      row.changedMs = atMs;
      if (!wasOpen) row.startMs = Math.max(this.#lookedMs, atMs - BEFORE_MS);
      if (row.open.length === 0 || row.speaker === '') continue;
      for (const other of this.#rows.values())
        if (other !== row && other.speaker === row.speaker) captions.push(...this.#finish(other));
      captions.push(this.#toFinal(row, { count: row.open.length, isFinal: false }));
    }
    const inSight = new Set(seen.map(({ key }) => key));
    for (const [key, row] of this.#rows) {
      const settleMs = row.speaker === '' ? NAME_MS : SETTLE_MS;
      if (!inSight.has(key) || atMs - row.changedMs >= settleMs) captions.push(...this.#finish(row));
      else if (atMs - row.startMs >= LONGEST_MS) captions.push(...this.#finish(row, row.open.length - OPEN_WORDS));
    }
    this.#forget(inSight);
    this.#lookedMs = atMs;
    return captions;
  }

  /** Passes over what is new in a look, as if it had been sent. What was open before is final. */
  skip(seen: readonly CaptionRow[], atMs: number): FinalCaption[] {
    const captions = this.end();
    for (const { key, speaker, text } of seen) {
      const row = this.#rowOf(key, atMs);
      const words = wordsOf(text);
      Object.assign(row, { speaker: speaker || row.speaker, words, emitted: words, open: [], changedMs: atMs });
    }
    this.#forget(new Set(seen.map(({ key }) => key)));
    this.#lookedMs = atMs;
    return captions;
  }

  /** Nothing more will be seen: what is open is final. */
  end(): FinalCaption[] {
    return [...this.#rows.values()].flatMap((row) => this.#finish(row));
  }

  #rowOf(key: string, atMs: number): Row {
    const known = this.#rows.get(key);
    if (known) return known;
    const row: Row = { speaker: '', words: [], emitted: [], open: [], startMs: atMs, changedMs: atMs };
    this.#rows.set(key, row);
    return row;
  }

  #restart(row: Row): FinalCaption[] {
    const captions = this.#finish(row);
    Object.assign(row, { words: [], emitted: [], open: [] });
    return captions;
  }

  #finish(row: Row, count = row.open.length): FinalCaption[] {
    if (count <= 0) return [];
    const captions = this.#toFinal(row, { count, isFinal: true });
    this.#endedMs.set(row.speaker, captions.endMs);
    row.open = row.open.slice(count);
    row.emitted = row.words.slice(0, row.words.length - row.open.length);
    row.startMs = captions.endMs;
    return [captions];
  }

  #toFinal(row: Row, { count, isFinal }: { count: number; isFinal: boolean }): FinalCaption {
    const { speaker, open } = row;
    const startMs = Math.max(row.startMs, this.#endedMs.get(speaker) ?? 0);
    const endMs = Math.max(row.changedMs, startMs + 1);
    return { speaker, text: open.slice(0, count).join(' '), startMs, endMs, isFinal };
  }

  #forget(inSight: ReadonlySet<string>): void {
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= REMEMBERED) return;
      if (!inSight.has(key)) this.#rows.delete(key);
    }
  }
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** Whether nothing is left of a row's final words: Meet begins anew after about half an hour of one speaker. */
function isAnother(emitted: readonly string[], words: readonly string[]): boolean {
  const common = commonStart(emitted, words);
  if (common === emitted.length || common === words.length) return false;
  if (words.length * 2 < emitted.length) return common * 2 < words.length;
  // A word or two may well be corrected from their start.
  const isLong = Math.min(emitted.length, words.length) > OPEN_WORDS;
  return isLong && common === 0 && !overlaps(emitted, words);
}

/** How many of the words at the front were final, though some may be written in another way since. */
export function emittedCount(emitted: readonly string[], words: readonly string[]): number {
  const common = commonStart(emitted, words);
  if (common === emitted.length || common === words.length) return common;
  // The last final words are looked for near their place: words have been joined or taken apart before it.
  for (let length = Math.min(3, emitted.length); length > 0; length--) {
    const sought = emitted.slice(-length);
    for (const shift of [0, -1, 1, -2, 2, -3, 3]) {
      const end = emitted.length + shift;
      if (end < length || end > words.length) continue;
      if (commonStart(words.slice(end - length, end), sought) === length) return end;
    }
  }
  return Math.min(emitted.length, words.length);
}

function overlaps(before: readonly string[], words: readonly string[]): boolean {
  const known = new Set(before.map(bare));
  const shared = words.filter((word) => known.has(bare(word))).length;
  return shared * 2 >= Math.min(before.length, words.length);
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && bare(a[count] ?? '') === bare(b[count] ?? '')) count++;
  return count;
}

/** Capitals and marks are corrected after the word. */
function bare(word: string): string {
  return word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
