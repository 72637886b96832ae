import { AsyncQueue, type AppError, type BotId } from '@earshot/kernel';
import type { PlacedFrame } from '../domain/placed-frame.ts';
import { SAMPLE_BYTES } from '../domain/recording.ts';
import type { VideoCodec, VideoTrackChange } from '../domain/video-frame.ts';

/** What waits for one watcher: some seconds of video, and ten of the mix. Older is worth nothing to whoever shows a meeting live. */
const MOST_VIDEO_BYTES = 3 * 1024 * 1024;
const MOST_AUDIO_BYTES = 10 * 48_000 * SAMPLE_BYTES;

/** What a meeting shows and says, as it comes. */
export type LiveItem =
  | {
      readonly kind: 'audio';
      /** Sample of the recording at which it begins. */
      readonly at: number;
      readonly pcm: Int16Array;
      /** Who is loudest in it; both empty for nobody who is known. */
      readonly participantId: string;
      readonly name: string;
      /** The recording is paused. */
      readonly isPaused: boolean;
    }
  | {
      readonly kind: 'frame';
      readonly trackId: string;
      readonly codec: VideoCodec;
      readonly frame: PlacedFrame;
    }
  | { readonly kind: 'track'; readonly change: VideoTrackChange; readonly atMs: number };

/** One who watches a visit. What it is too slow for is left out: audio as it comes, each track's frames up to a key frame. */
export class Watcher implements Disposable {
  readonly #queue = new AsyncQueue<LiveItem>();
  readonly #onClosed: () => void;
  /** Tracks that go on at any frame, since this one has all before it. */
  readonly #whole = new Set<string>();
  readonly #begun = new Set<string>();
  #videoBytes = 0;
  #audioBytes = 0;

  constructor(onClosed: () => void = () => {}) {
    this.#onClosed = onClosed;
  }

  push(item: LiveItem): void {
    switch (item.kind) {
      case 'track':
        this.#queue.push(item);
        return;
      case 'audio':
        if (this.#audioBytes + item.pcm.byteLength > MOST_AUDIO_BYTES) return;
        this.#audioBytes += item.pcm.byteLength;
        this.#queue.push(item);
        return;
      case 'frame':
        this.#pushFrame(item);
    }
  }

  /** Nothing more comes; with an error, for that reason. */
  end(error?: AppError): void {
    if (error) this.#queue.fail(error);
    else this.#queue.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveItem> {
    for await (const item of this.#queue) {
      if (item.kind === 'audio') this.#audioBytes -= item.pcm.byteLength;
      if (item.kind === 'frame') this.#videoBytes -= item.frame.payload.byteLength;
      yield item;
    }
  }

  [Symbol.dispose](): void {
    this.end();
    this.#onClosed();
  }

  #pushFrame(item: Extract<LiveItem, { kind: 'frame' }>): void {
    const { trackId, frame } = item;
    const bytes = frame.payload.byteLength;
    const isWhole = this.#whole.has(trackId) && !frame.isAfterGap;
    if ((!isWhole && !frame.isKey) || this.#videoBytes + bytes > MOST_VIDEO_BYTES) {
      this.#whole.delete(trackId);
      return;
    }
    this.#whole.add(trackId);
    this.#videoBytes += bytes;
    this.#queue.push({ ...item, frame: { ...frame, isAfterGap: !isWhole && this.#begun.has(trackId) } });
    this.#begun.add(trackId);
  }
}

/** Those who watch the visits that this process holds. */
export class Watchers {
  readonly #watchers = new Map<BotId, Set<Watcher>>();

  /** From here on. */
  watch(botId: BotId): Watcher {
    const watchers = this.#watchers.get(botId) ?? new Set();
    this.#watchers.set(botId, watchers);
    const watcher: Watcher = new Watcher(() => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(botId) === watchers) this.#watchers.delete(botId);
    });
    watchers.add(watcher);
    return watcher;
  }

  push(botId: BotId, item: LiveItem): void {
    for (const watcher of this.#watchers.get(botId) ?? []) watcher.push(item);
  }

  /** A visit is over, or with an error not held here any more. */
  end(botId: BotId, error?: AppError): void {
    for (const watcher of this.#watchers.get(botId) ?? []) watcher.end(error);
    this.#watchers.delete(botId);
  }
}
