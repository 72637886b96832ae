import { mergeIntervals, partsWithin } from './missed-speech.ts';
import type { Interval } from './session-clock.ts';

/** Speech of one track, or the end of a turn. Meeting clock, milliseconds. */
export type SpeechItem =
  | { readonly kind: 'speech'; readonly atMs: number; readonly endMs: number; readonly pcm: Int16Array }
  | { readonly kind: 'end-of-speech'; readonly atMs: number; readonly endMs: number };

interface Kept {
  readonly order: number;
  readonly item: SpeechItem;
}

/** Speech of a track that has no committed words yet: enough to send it again to another session. */
export class UncommittedAudio {
  readonly #keptMs: number;
  #kept: Kept[] = [];
  #next = 1;
  #lengthMs = 0;
  /** Speech that was too much to keep and has not become words yet. */
  #forgotten: readonly Interval[] = [];

  constructor({ keptMs }: { keptMs: number }) {
    this.#keptMs = keptMs;
  }

  get hasSpeech(): boolean {
    return this.#kept.some(({ item }) => item.kind === 'speech');
  }

  /** How much speech is kept. */
  get lengthMs(): number {
    return this.#lengthMs;
  }

  /** Up to where speech was dropped because it was too much to keep; 0 for nothing. */
  get forgottenMs(): number {
    return this.#forgotten.at(-1)?.endMs ?? 0;
  }

  /** The end of all that is kept; 0 for nothing. */
  get endMs(): number {
    return this.#kept.reduce((end, { item }) => Math.max(end, item.endMs), 0);
  }

  push(item: SpeechItem): void {
    this.#kept.push({ order: this.#next++, item });
    this.#lengthMs += lengthOf(item);
    while (this.#lengthMs > this.#keptMs) {
      const oldest = this.#kept.shift();
      if (!oldest) return;
      this.#lengthMs -= lengthOf(oldest.item);
      this.#forgotten = mergeIntervals([...this.#forgotten, ...speechOf(oldest.item)]);
    }
  }

  /** When there was speech from `startMs` to `endMs`, kept or dropped. */
  speechWithin(within: Interval): Interval[] {
    const kept = this.#kept.flatMap(({ item }) => speechOf(item));
    return mergeIntervals([...this.#forgotten, ...kept]).flatMap((speech) => partsWithin(speech, [within]));
  }

  /** Releases everything that ends by `ms`. */
  release(ms: number): void {
    this.#forgotten = this.#forgotten.filter(({ endMs }) => endMs > ms);
    this.#kept = this.#kept.filter(({ item }) => {
      if (item.endMs > ms) return true;
      this.#lengthMs -= lengthOf(item);
      return false;
    });
  }

  /** What is kept behind `order`, oldest first; 0 stands before all. */
  after(order: number): readonly Kept[] {
    const index = this.#kept.findIndex((kept) => kept.order > order);
    return index < 0 ? [] : this.#kept.slice(index);
  }
}

/** The part of speech that lies after `ms`; undefined when nothing is left. */
export function cutBefore(item: SpeechItem, ms: number): SpeechItem | undefined {
  if (item.endMs <= ms) return undefined;
  if (item.kind === 'end-of-speech' || item.atMs >= ms) return item;
  const share = (ms - item.atMs) / (item.endMs - item.atMs);
  const pcm = item.pcm.subarray(Math.round(item.pcm.length * share));
  return pcm.length === 0 ? undefined : { ...item, atMs: ms, pcm };
}

function speechOf(item: SpeechItem): Interval[] {
  return item.kind === 'speech' ? [{ startMs: item.atMs, endMs: item.endMs }] : [];
}

function lengthOf(item: SpeechItem): number {
  return item.endMs - item.atMs;
}
