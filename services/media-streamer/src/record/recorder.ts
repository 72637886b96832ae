import type { BlobStore } from '@earshot/blobs';
import { AppError, type BotId, type Clock, type Log } from '@earshot/kernel';
import { segmentKey, tracksKey } from '../domain/blob-keys.ts';
import { SEGMENT_SAMPLES } from '../domain/recording.ts';
import { encodePackets, type TrackPacket } from '../domain/track-packets.ts';
import { keepTrying } from './keep-trying.ts';

/** Segments that wait for a store that is away: five minutes, 29 MB. Then the one who hands in audio has to wait. */
const MOST_WAITING = 150;
const silence = new Int16Array(SEGMENT_SAMPLES);

interface Segment {
  readonly index: number;
  readonly pcm: Int16Array;
  /** The tracks' packets that begin in it. */
  readonly packets: readonly TrackPacket[];
}

const TYPE = { contentType: 'application/octet-stream' };

export interface RecorderOptions {
  readonly botId: BotId;
  /** Where the timeline goes on: the end of the last stored segment. */
  readonly startSample: number;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Called after each stored segment. */
  readonly onStored: () => void;
}

/**
 * Cuts the mix into segments and stores them in order, each with the packets that its time was mixed of, in the background;
 * no store can hold up the mix.
 */
export class Recorder implements AsyncDisposable {
  readonly #options: RecorderOptions;
  readonly #closing = new AbortController();
  #segment = new Int16Array(SEGMENT_SAMPLES);
  #index: number;
  #filled: number;
  #storedSamples: number;
  #waiting: Segment[] = [];
  #storing: Promise<void> | undefined;
  #roomFor: (() => void)[] = [];
  #packets: TrackPacket[] = [];

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#storedSamples = options.startSample;
    this.#index = Math.floor(options.startSample / SEGMENT_SAMPLES);
    this.#filled = options.startSample % SEGMENT_SAMPLES;
  }

  /** Samples from the start that are in stored segments. */
  get storedSamples(): number {
    return this.#storedSamples;
  }

  /**
   * Takes packets that are to be kept as they are, before what is mixed of them is appended. Those of segments that are
   * there already are passed over: they were kept before a break.
   */
  keep(packets: readonly TrackPacket[]): void {
    const from = this.#index * SEGMENT_SAMPLES;
    this.#packets.push(...packets.filter(({ at }) => at >= from));
  }

  append(pcm: Int16Array): void {
    for (let taken = 0; taken < pcm.length;) {
      const count = Math.min(pcm.length - taken, SEGMENT_SAMPLES - this.#filled);
      this.#segment.set(pcm.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled === SEGMENT_SAMPLES) this.#cut();
    }
  }

  /** Resolves when audio may be appended; at once unless the store has been away for long. */
  async room(): Promise<void> {
    if (this.#waiting.length < MOST_WAITING) return;
    await new Promise<void>((resolve) => this.#roomFor.push(resolve));
  }

  /** Ends the last segment where it is; resolves when all is stored. */
  async finish(): Promise<void> {
    if (this.#filled > 0) this.#cut();
    while (this.#storing) await this.#storing;
    this.#closing.signal.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new AppError('unavailable', 'the recorder is closing'));
    for (const resolve of this.#roomFor.splice(0)) resolve();
    await this.#storing;
  }

  #cut(): void {
    const pcm = this.#segment.subarray(0, this.#filled);
    // The gap between two visits may be hours: all its segments are one piece of memory.
    const isSilent = pcm.every((sample) => sample === 0);
    const index = this.#index++;
    const isInside = ({ at }: TrackPacket) => at < (index + 1) * SEGMENT_SAMPLES;
    const packets = this.#packets.filter(isInside);
    this.#packets = this.#packets.filter((packet) => !isInside(packet));
    this.#waiting.push({ index, packets, pcm: isSilent ? silence.subarray(0, pcm.length) : pcm });
    if (isSilent) this.#segment.fill(0);
    else this.#segment = new Int16Array(SEGMENT_SAMPLES);
    this.#filled = 0;
    this.#storing ??= this.#store();
  }

  async #store(): Promise<void> {
    const { clock, log, botId, onStored } = this.#options;
    try {
      for (let segment = this.#waiting[0]; segment; segment = this.#waiting[0]) {
        const { index, pcm, packets } = segment;
        const trying = { clock, log: log.child({ botId }), signal: this.#closing.signal, what: 'storing a segment' };
        if (packets.length > 0) await keepTrying(() => this.#putPackets(index, packets), trying);
        await keepTrying(() => this.#put(index, pcm), trying);
        this.#waiting.shift();
        this.#storedSamples = index * SEGMENT_SAMPLES + pcm.length;
        onStored();
        if (this.#waiting.length < MOST_WAITING) for (const resolve of this.#roomFor.splice(0)) resolve();
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) log.error('storing segments ended', { botId, error });
    } finally {
      this.#storing = undefined;
    }
  }

  /** Before the segment, so that none is without. What a process that was killed has left here was not acknowledged. */
  async #putPackets(index: number, packets: readonly TrackPacket[]): Promise<void> {
    const { blobs, botId } = this.#options;
    await blobs.put(tracksKey(botId, index), encodePackets(packets), { ...TYPE, ifAbsent: false });
  }

  async #put(index: number, pcm: Int16Array): Promise<void> {
    const { blobs, botId } = this.#options;
    const key = segmentKey(botId, index);
    const body = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
    try {
      await blobs.put(key, body, TYPE);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'already-exists') throw error;
      // Stored by a process that was killed before it could note it; a shorter one was the end of a visit that went on.
      const stored = await blobs.head(key);
      if ((stored?.size ?? 0) < body.byteLength) await blobs.put(key, body, { ...TYPE, ifAbsent: false });
    }
  }
}
