import { createFrameBuffer, encodeFrame, frameSize, type PageFrame } from '../page-protocol/frame-layout.ts';
import type { PageEvent, PageMessage } from '../page-protocol/page-message.ts';
import { startFlushTimer } from './flush-timer.ts';
import type { FrameQueue } from './frame-queue.ts';
import { now } from './now.ts';

/** Longest time without a report, where sound may go that often: the receiver's clock moves by these messages. */
const IDLE_MS = 100;
/** A tick later than this, or so long after its turn, means that the machine is short of time. */
const LATE_MS = 50;
/** How long it is taken for short of time after that. */
const SHORT_OF_TIME_MS = 10_000;
const BUFFER_BYTES = 48 * 1024;
/** Of events as they are sent: with as much sound as fits the buffer a report stays within what its receiver reads. */
const MAX_EVENT_CHARACTERS = 128 * 1024;
const MAX_EVENTS = 500;

/** Receivers that were silent for longer give no sound: what the page plays is tapped instead. */
const RECEIVERS_QUIET_MS = 2000;
export interface FrameBatcherOptions {
  readonly send: (payload: string) => void;
  /** Whether this document is the page's own, and no frame's. */
  readonly isTop: boolean;
  /** How often received sound is flushed from the page, milliseconds. */
  readonly flushIntervalMs: number;
}

/** Collects frames and sends them in batches over the binding. */
export class FrameBatcher {
  // A page that patches these later must not receive what passes.
  #send: (payload: string) => void;
  #stringify = JSON.stringify;
  /** The random number by which the document calls itself. */
  readonly document = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  #isTop: boolean;
  #flushIntervalMs: number;
  #buffer = createFrameBuffer(BUFFER_BYTES);
  #used = 0;
  #events: PageEvent[] = [];
  #eventCharacters = 0;
  /** The tracks of which video frames came. */
  #videoTracks = new Set<number>();
  /** The numbers of this document's connections that stand. */
  connected: () => number[] = () => [];
  /** Called with each tick, once what waited was taken. */
  drained: () => void = () => {};
  /** Those that were sent last. */
  #connected = '';
  #lastSent = 0;
  #receivedAt = 0;
  #tracks = 0;
  #queues = new Set<FrameQueue>();
  #timer: ReturnType<typeof setInterval>;
  #hasTimer = false;
  /** Up to when everything was taken. */
  #heardAt = now();
  #shortUntil = 0;

  constructor({ send, isTop, flushIntervalMs }: FrameBatcherOptions) {
    this.#send = send;
    this.#isTop = isTop;
    this.#flushIntervalMs = flushIntervalMs;
    this.#timer = setInterval(() => void this.#onTimer(now()), flushIntervalMs);
  }

  /** A document that has connections gets a flush timer; a plain one does for the others, of which pages have many. */
  expectFrames(): void {
    if (this.#hasTimer) return;
    this.#hasTimer = true;
    try {
      startFlushTimer(this.#flushIntervalMs, (at) => {
        clearInterval(this.#timer);
        void this.#onTimer(at);
      });
    } catch {
      // The timer goes on, and a page that is held up for more than a second loses sound.
    }
  }

  /** Whether what comes had better be taken at once: threads that wait for their turn may not get it in time. */
  isShortOfTime(): boolean {
    return now() < this.#shortUntil;
  }

  /** Takes from now on what waits in a queue, before anything is sent. */
  empty(queue: FrameQueue): void {
    this.#queues.add(queue);
    const forget = () => void this.#queues.delete(queue);
    queue.closed.then(forget, forget);
  }

  /** Numbers the tracks of this document. */
  nextTrack(): number {
    return this.#tracks++;
  }

  /** Whether no receiver gives sound. */
  lacksReceivers(): boolean {
    return now() - this.#receivedAt > RECEIVERS_QUIET_MS;
  }

  /** Sound of a receiver. */
  frame(frame: PageFrame): void {
    this.#receivedAt = now();
    this.output(frame);
  }

  output(frame: PageFrame): void {
    const size = frameSize(frame);
    if (size === undefined || size > BUFFER_BYTES) return;
    if (this.#used + size > BUFFER_BYTES) this.#flush();
    encodeFrame(frame, this.#buffer, this.#used);
    this.#used += size;
  }

  /** Of video it is only noted that it comes, which is part of the proof of being inside. */
  video(track: number): void {
    this.#videoTracks.add(track);
  }

  /** An event that fits no report costs itself, never sound. */
  event(event: PageEvent): void {
    const size = this.#stringify(event).length;
    if (size > MAX_EVENT_CHARACTERS) return;
    if (this.#events.length >= MAX_EVENTS || this.#eventCharacters + size > MAX_EVENT_CHARACTERS) this.#flush();
    this.#eventCharacters += size;
    this.#events.push(event);
  }

  /** Like `event`, and sent at once: a later report of another document may depend on it. */
  urgent(event: PageEvent): void {
    this.event(event);
    this.#flush();
  }

  async #onTimer(at: number): Promise<void> {
    const isLate = now() - at > LATE_MS || at - this.#heardAt > this.#flushIntervalMs + LATE_MS;
    if (isLate) this.#shortUntil = now() + SHORT_OF_TIME_MS;
    await Promise.all(Array.from(this.#queues, (queue) => queue.drain(at)));
    this.#heardAt = at;
    this.drained();
    const hasNews = this.#used > 0 || this.#events.length > 0 || this.#connected !== this.connected().join();
    const isDue = hasNews || (this.#isTop && at - this.#lastSent >= IDLE_MS - 5);
    if (isDue) this.#flush();
  }

  #flush(): void {
    const frames = this.#buffer.bytes.subarray(0, this.#used);
    this.#lastSent = this.#heardAt;
    const connected = this.connected();
    this.#connected = connected.join();
    const message: PageMessage = {
      document: String(this.document),
      isTop: this.#isTop,
      at: this.#heardAt,
      videoTracks: [...this.#videoTracks],
      connected,
      frames: this.#used > 0 ? toBase64(frames) : '',
      events: this.#events,
    };
    this.#send(this.#stringify(message));
    this.#used = 0;
    this.#events = [];
    this.#eventCharacters = 0;
    this.#videoTracks.clear();
  }
}

function toBase64(bytes: Uint8Array): string {
  if (bytes.toBase64) return bytes.toBase64();
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
