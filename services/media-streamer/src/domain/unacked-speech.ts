import { MINUTE, type Caption } from '@earshot/kernel';

/** Sent speech, or its end. Times are the timeline's milliseconds. */
export type SpeechItem =
  | {
      readonly kind: 'speech';
      readonly trackId: string;
      readonly atMs: number;
      readonly endMs: number;
      /** 16-bit little endian, mono, 16 kHz. */
      readonly pcm: Uint8Array;
    }
  | { readonly kind: 'end-of-speech'; readonly trackId: string; readonly atMs: number; readonly endMs: number }
  | CaptionItem;

/** Somebody's speech as the meeting's own captions have it. */
export interface CaptionItem extends Omit<Caption, 'startMs' | 'isFinal'> {
  readonly kind: 'caption';
  readonly atMs: number;
}

/** Speech that was dropped. Sent in its place, so that the transcriber knows what it has no words for. */
export interface MissedItem {
  readonly kind: 'missed';
  readonly trackId: string;
  readonly atMs: number;
  readonly endMs: number;
}

/** Speech of one bot that is kept for a transcriber that is away; 19 MB. */
const KEPT_MS = 10 * MINUTE;

interface Kept<Item> {
  readonly order: number;
  readonly item: Item;
}

/** Speech that is not committed as words yet, in the order it was spoken. */
export class UnackedSpeech {
  readonly #keptMs: number;
  #kept: Kept<SpeechItem>[] = [];
  #missed: Kept<MissedItem>[] = [];
  #next = 1;
  #lengthMs = 0;
  #droppedMs = 0;
  readonly #committed = new Map<string, number>();

  constructor(options: { keptMs?: number } = {}) {
    this.#keptMs = options.keptMs ?? KEPT_MS;
  }

  /** Speech that was dropped because nobody acknowledged it for too long. */
  get droppedMs(): number {
    return this.#droppedMs;
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  /** Up to where a track's speech is committed, or dropped. */
  committedMs(trackId: string): number {
    return this.#committed.get(trackId) ?? 0;
  }

  /** Keeps an item; what is committed already is passed over. */
  push(item: SpeechItem): void {
    if (item.endMs <= this.committedMs(item.trackId)) return;
    this.#kept.push({ order: this.#next++, item });
    this.#lengthMs += lengthOf(item);
    while (this.#lengthMs > this.#keptMs) this.#dropOldest();
  }

  /** Releases a track's speech up to `committedMs`. */
  acknowledge(trackId: string, committedMs: number): void {
    this.#missed = this.#missed.flatMap((missed) => {
      const { item } = missed;
      if (item.trackId !== trackId || item.atMs >= committedMs) return [missed];
      return item.endMs <= committedMs ? [] : [{ ...missed, item: { ...item, atMs: committedMs } }];
    });
    if (committedMs <= this.committedMs(trackId)) return;
    this.#committed.set(trackId, committedMs);
    this.#kept = this.#kept.filter(({ item }) => {
      const isDone = item.trackId === trackId && item.endMs <= committedMs;
      if (isDone) this.#lengthMs -= lengthOf(item);
      return !isDone;
    });
  }

  /** The first item behind `order`, dropped ones included; 0 stands before all. */
  after(order: number): Kept<SpeechItem | MissedItem> | undefined {
    const missed = this.#missed.find((each) => each.order > order);
    if (missed) return missed;
    const last = this.#kept.at(-1);
    if (!last || last.order <= order) return undefined;
    return this.#kept[firstAbove(this.#kept, order)];
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    if (!oldest) return;
    const { item } = oldest;
    this.#lengthMs -= lengthOf(item);
    this.#droppedMs += lengthOf(item);
    this.#committed.set(item.trackId, Math.max(item.endMs, this.committedMs(item.trackId)));
    if (item.kind === 'speech') this.#miss(oldest.order, item);
  }

  #miss(order: number, { trackId, atMs, endMs }: SpeechItem): void {
    const before = this.#missed.findLast(({ item }) => item.trackId === trackId);
    const isGoingOn = before?.item.endMs === atMs;
    if (isGoingOn) this.#missed = this.#missed.filter((each) => each !== before);
    this.#missed.push({ order, item: { kind: 'missed', trackId, atMs: isGoingOn ? before.item.atMs : atMs, endMs } });
  }
}

function lengthOf(item: SpeechItem): number {
  return item.endMs - item.atMs;
}

/** `order` only grows, so that a binary search finds the place. */
function firstAbove(kept: readonly Kept<unknown>[], order: number): number {
  let low = 0;
  let high = kept.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle]?.order ?? Infinity) > order) high = middle;
    else low = middle + 1;
  }
  return low;
}
