import type { BlobStore } from '@earshot/blobs';
import { AppError, MINUTE, SECOND, type BotId, type Clock, type Log } from '@earshot/kernel';
import { segmentKey, tracksKey } from '../domain/blob-keys.ts';
import { SAMPLE_BYTES, SAMPLES_PER_MS, SEGMENT_SAMPLES } from '../domain/recording.ts';
import { troubleOf, type StoreTrouble } from '../domain/store-trouble.ts';
import { encodePackets, type TrackPacket } from '../domain/track-packets.ts';
import { keepTrying } from './keep-trying.ts';
import type { StoreMemory } from './store-memory.ts';

/** What one recording keeps for a store that is away: five minutes, 29 MB. What comes after that is not recorded. */
const MOST_WAITING_BYTES = 5 * MINUTE * SAMPLES_PER_MS * SAMPLE_BYTES;
/** A store that does not take a segment for this long is in trouble; what is shorter nobody needs to know of. */
const TROUBLE_MS = 5 * SECOND;
const silence = new Int16Array(SEGMENT_SAMPLES);

interface Segment {
  readonly index: number;
  /** Samples; silence has no memory of its own. */
  readonly length: number;
  /** Undefined where there was no room to keep it: silence will stand in its place. */
  readonly pcm: Int16Array | undefined;
  /** The tracks' packets that begin in it. */
  readonly packets: readonly TrackPacket[];
  /** Of memory. */
  readonly bytes: number;
}

const TYPE = { contentType: 'application/octet-stream' };

export interface SegmentWriterOptions {
  readonly botId: BotId;
  /** Where the timeline goes on: the end of the last stored segment. */
  readonly startSample: number;
  readonly blobs: BlobStore;
  /** Shared by all recordings of the process. */
  readonly memory: StoreMemory;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the end of a recording waits for a store that is full or away, in milliseconds; what is not stored then never is. */
  readonly lastWaitMs: number;
  /** Called after each stored segment, and after each attempt to store one that failed. */
  readonly onProgress: () => void;
}

/**
 * Cuts the mix into segments and stores them in order, each with the packets that its time was mixed of, in the background;
 * no store can hold up the mix. What cannot be kept until the store is there again is dropped and counted; the timeline goes on.
 */
export class SegmentWriter implements AsyncDisposable {
  readonly #options: SegmentWriterOptions;
  readonly #closing = new AbortController();
  readonly #givingUp = new AbortController();
  #segment = new Int16Array(SEGMENT_SAMPLES);
  #index: number;
  #filled: number;
  #storedSamples: number;
  #waiting: Segment[] = [];
  #waitingBytes = 0;
  #missedSamples = 0;
  #storing: Promise<void> | undefined;
  #packets: TrackPacket[] = [];
  /** Since when the store takes nothing, and why. */
  #refused: { since: number; why: StoreTrouble } | undefined;
  #trouble: StoreTrouble | undefined;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#storedSamples = options.startSample;
    this.#index = Math.floor(options.startSample / SEGMENT_SAMPLES);
    this.#filled = options.startSample % SEGMENT_SAMPLES;
  }

  /** Samples that were dropped, since this process has the visit. */
  get missedSamples(): number {
    return this.#missedSamples;
  }

  /** Why audio waits for the store, or was dropped while it did; undefined where none did. */
  get trouble(): StoreTrouble | undefined {
    return this.#trouble;
  }

  /** Samples from the start that nothing more will be done about: in stored segments, or dropped. */
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

  /** Ends the last segment where it is; resolves when all is stored, or dropped because the store stayed away. */
  async finish(): Promise<void> {
    const { clock, lastWaitMs } = this.#options;
    if (this.#filled > 0) this.#cut();
    const done = new AbortController();
    const patience = AbortSignal.any([done.signal, this.#closing.signal]);
    void clock.sleep(lastWaitMs, patience).then(
      () => this.#givingUp.abort(new AppError('unavailable', 'the store stayed away')),
      () => {},
    );
    while (this.#storing) await this.#storing;
    done.abort();
    this.#closing.signal.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new AppError('unavailable', 'the segment writer is closing'));
    await this.#storing;
    for (const { bytes } of this.#waiting.splice(0)) this.#options.memory.release(bytes);
  }

  #cut(): void {
    const pcm = this.#segment.subarray(0, this.#filled);
    // The gap between two visits may be hours: all its segments are one piece of memory.
    const isSilent = pcm.every((sample) => sample === 0);
    const index = this.#index++;
    const isInside = ({ at }: TrackPacket) => at < (index + 1) * SEGMENT_SAMPLES;
    const packets = this.#packets.filter(isInside);
    this.#packets = this.#packets.filter((packet) => !isInside(packet));
    this.#waiting.push(
      this.#segmentOf({ index, packets, pcm: isSilent ? silence.subarray(0, pcm.length) : pcm }, isSilent),
    );
    if (isSilent) this.#segment.fill(0);
    else this.#segment = new Int16Array(SEGMENT_SAMPLES);
    this.#filled = 0;
    this.#storing ??= this.#store();
  }

  /** Keeps a segment, unless there is no memory left to keep it in. */
  #segmentOf(
    { index, packets, pcm }: Pick<Segment, 'index' | 'packets'> & { pcm: Int16Array },
    isSilent: boolean,
  ): Segment {
    const payload = packets.reduce((sum, packet) => sum + packet.payload.byteLength, 0);
    const bytes = (isSilent ? 0 : pcm.byteLength) + payload;
    const hasRoom = this.#waitingBytes + bytes <= MOST_WAITING_BYTES && this.#options.memory.take(bytes);
    if (!hasRoom) {
      this.#noteLoss();
      return { index, length: pcm.length, pcm: undefined, packets: [], bytes: 0 };
    }
    this.#waitingBytes += bytes;
    return { index, length: pcm.length, pcm, packets, bytes };
  }

  async #store(): Promise<void> {
    const { log, botId, memory, onProgress } = this.#options;
    try {
      for (let segment = this.#waiting[0]; segment; segment = this.#waiting[0]) {
        const isStored = await this.#storeOne(segment);
        if (!isStored) this.#miss(segment);
        this.#waiting.shift();
        this.#waitingBytes -= segment.bytes;
        memory.release(segment.bytes);
        this.#storedSamples = segment.index * SEGMENT_SAMPLES + segment.length;
        onProgress();
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) log.error('storing segments ended', { botId, error });
    } finally {
      this.#storing = undefined;
    }
  }

  /** False when it was dropped. */
  async #storeOne({ index, pcm, packets }: Segment): Promise<boolean> {
    const { clock, log, botId } = this.#options;
    const signal = AbortSignal.any([this.#closing.signal, this.#givingUp.signal]);
    const onFailure = (error: unknown) => this.#noteRefusal(troubleOf(error));
    const trying = { clock, log: log.child({ botId }), signal, what: 'storing a segment', onFailure };
    if (!pcm) return false;
    try {
      if (packets.length > 0) await keepTrying(() => this.#putPackets(index, packets), trying);
      await keepTrying(() => this.#put(index, pcm), trying);
      this.#refused = undefined;
      return true;
    } catch (error) {
      if (this.#closing.signal.aborted || !this.#givingUp.signal.aborted) throw error;
      return false;
    }
  }

  #miss({ length }: Segment): void {
    const { botId, log } = this.#options;
    if (this.#missedSamples === 0) log.error('audio is not recorded, the store has been away for too long', { botId });
    this.#missedSamples += length;
    this.#noteLoss();
  }

  #noteLoss(): void {
    this.#trouble ??= this.#refused?.why ?? 'storage_unavailable';
  }

  #noteRefusal(why: StoreTrouble): void {
    const now = this.#options.clock.now();
    this.#refused = { since: this.#refused?.since ?? now, why };
    if (now - this.#refused.since >= TROUBLE_MS) this.#trouble ??= why;
    // Also so that no other process takes the visit for one that nobody holds.
    this.#options.onProgress();
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
