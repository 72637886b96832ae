import type { ChatEntry, ParticipantChange, IngestBatch } from './ingest-batch.ts';

export interface SequencedBatch extends IngestBatch {
  readonly sequence: number;
  /** Its sound was dropped. */
  readonly isSoundLost?: true;
}

export interface ReplayLimits {
  /** Longest span of meeting clock that is kept, milliseconds. */
  readonly maxMs: number;
  /** Most bytes of audio that are kept. */
  readonly maxBytes: number;
}

const noCaptions = { captions: [], captionsShown: undefined };

/** What one frame costs beside its payload: an estimate of its objects. */
const FRAME_OVERHEAD = 100;

/**
 * Batches that are not acknowledged, numbered 1, 2, 3 ... Bounded: the oldest lose their sound, with the marks of whose
 * it was, and are counted. Their numbers stay (the receiver wants no gap), and who came, went, wrote or was captioned moves on to the
 * oldest batch that is kept.
 */
export class ReplayBuffer {
  readonly #limits: ReplayLimits;
  #kept: { batch: SequencedBatch; bytes: number }[] = [];
  #head = 0;
  #bytes = 0;
  #next = 1;
  #acknowledged = 0;
  #acknowledgedMs = 0;
  #droppedFrames = 0;
  /** Whether the recording was paused at the end of what was dropped last. */
  #isPaused = false;

  constructor(limits: ReplayLimits) {
    this.#limits = limits;
  }

  /** Frames that were dropped so far. */
  get droppedFrames(): number {
    return this.#droppedFrames;
  }

  /** The number that the next batch will get. */
  get next(): number {
    return this.#next;
  }

  /** The first number that is not acknowledged. */
  get first(): number {
    return this.#acknowledged + 1;
  }

  push(batch: IngestBatch): void {
    const bytes = batch.frames.reduce((sum, frame) => sum + frame.payload.byteLength + FRAME_OVERHEAD, FRAME_OVERHEAD);
    this.#kept.push({ batch: { ...batch, sequence: this.#next++ }, bytes });
    this.#bytes += bytes;
    while (this.#length > 1 && (this.#bytes > this.#limits.maxBytes || this.#spanMs > this.#limits.maxMs)) this.#drop();
  }

  /** The batch of that number; hollow when its sound was dropped; undefined when it is acknowledged or to come. */
  at(sequence: number): SequencedBatch | undefined {
    if (sequence <= this.#acknowledged || sequence >= this.#next) return undefined;
    const oldest = this.#next - this.#length;
    if (sequence >= oldest) return this.#kept[this.#head + sequence - oldest]?.batch;
    return {
      sequence,
      clockMs: this.#acknowledgedMs,
      frames: [],
      participants: [],
      chat: [],
      speaking: [],
      ...noCaptions,
      isSoundLost: true,
      ...(this.#isPaused && { isPaused: true }),
    };
  }

  /** Nothing up to this number is needed any more. */
  acknowledge(sequence: number): void {
    while (this.#length > 0) {
      const oldest = this.#kept[this.#head];
      if (!oldest || oldest.batch.sequence > sequence) break;
      this.#acknowledgedMs = oldest.batch.clockMs;
      this.#shift();
    }
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(sequence, this.#next - 1));
  }

  get #length(): number {
    return this.#kept.length - this.#head;
  }

  get #spanMs(): number {
    const oldest = this.#kept[this.#head]?.batch.clockMs ?? 0;
    return (this.#kept.at(-1)?.batch.clockMs ?? 0) - oldest;
  }

  #drop(): void {
    const dropped = this.#shift();
    const heir = this.#kept[this.#head];
    if (!dropped || !heir) return;
    this.#droppedFrames += dropped.frames.length;
    this.#isPaused = dropped.isPaused ?? false;
    const participants: ParticipantChange[] = [...dropped.participants, ...heir.batch.participants];
    const chat: ChatEntry[] = [...dropped.chat, ...heir.batch.chat];
    const captions = [...dropped.captions.filter(({ isFinal }) => isFinal), ...heir.batch.captions];
    heir.batch = { ...heir.batch, participants, chat, captions };
  }

  #shift(): SequencedBatch | undefined {
    const entry = this.#kept[this.#head];
    if (!entry) return undefined;
    this.#head += 1;
    this.#bytes -= entry.bytes;
    // Taking from the front of an array one by one costs the whole array each time.
    if (this.#head > 1024 && this.#head * 2 > this.#kept.length) {
      this.#kept = this.#kept.slice(this.#head);
      this.#head = 0;
    }
    return entry.batch;
  }
}
