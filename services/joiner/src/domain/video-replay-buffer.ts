import { videoBytes, type VideoBatch, type VideoFrame, type VideoGap, type VideoTrackChange } from './video-batch.ts';

export interface SequencedVideoBatch extends VideoBatch {
  readonly sequence: number;
}

export interface VideoReplayLimits {
  /** Longest span of meeting clock that is kept, milliseconds. */
  readonly maxMs: number;
  readonly maxBytes: number;
}

/** What a batch costs beside its frames, bytes: an estimate of its objects. */
const BATCH_OVERHEAD = 200;

/**
 * Batches of video that are not acknowledged, numbered 1, 2, 3 ... Bounded: where there is no room the oldest frames go, and with them
 * all that follows of their tracks up to the next key frame, since nothing could be decoded of it. Their numbers stay (the receiver
 * wants no gap), and what was told of tracks moves on to the oldest batch that is kept.
 */
export class VideoReplayBuffer {
  readonly #limits: VideoReplayLimits;
  #kept: SequencedVideoBatch[] = [];
  #bytes = 0;
  #next = 1;
  #acknowledged = 0;
  #acknowledgedMs = 0;
  #droppedFrames = 0;
  /** Tracks of which frames were dropped, and no key frame has come since. */
  readonly #broken = new Set<string>();

  constructor(limits: VideoReplayLimits) {
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

  push(batch: VideoBatch): void {
    const { frames, gaps } = this.#decodable(batch.frames, this.#broken);
    this.#kept.push({ ...batch, frames, gaps: merged([...batch.gaps, ...gaps]), sequence: this.#next++ });
    this.#bytes += sizeOf({ frames });
    while (this.#kept.length > 1 && (this.#bytes > this.#limits.maxBytes || this.#spanMs > this.#limits.maxMs))
      this.#drop();
  }

  /** The batch of that number; hollow when it was dropped; undefined when it is acknowledged or to come. */
  at(sequence: number): SequencedVideoBatch | undefined {
    if (sequence <= this.#acknowledged || sequence >= this.#next) return undefined;
    const oldest = this.#next - this.#kept.length;
    if (sequence >= oldest) return this.#kept[sequence - oldest];
    return { sequence, clockMs: this.#acknowledgedMs, frames: [], tracks: [], gaps: [] };
  }

  /** Nothing up to this number is needed any more. */
  acknowledge(sequence: number): void {
    for (let oldest = this.#kept[0]; oldest && oldest.sequence <= sequence; oldest = this.#kept[0]) {
      this.#acknowledgedMs = oldest.clockMs;
      this.#shift();
    }
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(sequence, this.#next - 1));
  }

  get #spanMs(): number {
    return (this.#kept.at(-1)?.clockMs ?? 0) - (this.#kept[0]?.clockMs ?? 0);
  }

  #drop(): void {
    const dropped = this.#shift();
    if (!dropped) return;
    const broken = new Set(dropped.frames.map(({ trackId }) => trackId));
    const gaps = this.#gapsOf(dropped.frames);
    for (const [at, batch] of this.#kept.entries()) {
      if (broken.size === 0) break;
      const rest = this.#decodable(batch.frames, broken);
      gaps.push(...rest.gaps);
      this.#bytes -= sizeOf(batch) - sizeOf(rest);
      this.#kept[at] = { ...batch, frames: rest.frames };
    }
    for (const trackId of broken) this.#broken.add(trackId);
    this.#inherit({ tracks: dropped.tracks, gaps: [...dropped.gaps, ...gaps] });
  }

  /** What can be decoded, behind frames of the `broken` tracks that were dropped; a key frame mends its track. */
  #decodable(frames: readonly VideoFrame[], broken: Set<string>): { frames: VideoFrame[]; gaps: VideoGap[] } {
    const kept: VideoFrame[] = [];
    const dropped: VideoFrame[] = [];
    for (const frame of frames) {
      if (frame.isKey) broken.delete(frame.trackId);
      (broken.has(frame.trackId) ? dropped : kept).push(frame);
    }
    return { frames: kept, gaps: this.#gapsOf(dropped) };
  }

  #gapsOf(frames: readonly VideoFrame[]): VideoGap[] {
    this.#droppedFrames += frames.length;
    return merged(frames.map(({ trackId, arrivedMs }) => ({ trackId, frames: 1, atMs: arrivedMs })));
  }

  #inherit({ tracks, gaps }: { tracks: readonly VideoTrackChange[]; gaps: readonly VideoGap[] }): void {
    const heir = this.#kept[0];
    if (!heir) return;
    // Complete each time: of those that are behind each other the last says all.
    const latest = new Map([...tracks, ...heir.tracks].map((change) => [change.trackId, change]));
    this.#kept[0] = { ...heir, tracks: [...latest.values()], gaps: merged([...gaps, ...heir.gaps]) };
  }

  #shift(): SequencedVideoBatch | undefined {
    const batch = this.#kept.shift();
    if (batch) this.#bytes -= sizeOf(batch);
    return batch;
  }
}

/** One for each track. */
function merged(gaps: readonly VideoGap[]): VideoGap[] {
  const byTrack = new Map<string, VideoGap>();
  for (const gap of gaps) {
    const before = byTrack.get(gap.trackId);
    const atMs = Math.min(gap.atMs, before?.atMs ?? gap.atMs);
    byTrack.set(gap.trackId, { ...gap, frames: gap.frames + (before?.frames ?? 0), atMs });
  }
  return [...byTrack.values()];
}

const sizeOf = (batch: Pick<VideoBatch, 'frames'>) => videoBytes(batch) + BATCH_OVERHEAD;
