import type { VideoCodec, VideoSource } from './video-frame.ts';
import type { StoredFrame } from './video-segment.ts';

/** One sender's video track of one epoch, as it is stored. */
export interface VideoTrack {
  /** With its epoch's prefix. One whose sender goes on with another codec is another from there on. */
  readonly trackId: string;
  readonly codec: VideoCodec;
  readonly source: VideoSource;
  /** The page's id of whose it is, and the prefix that the ids of its epoch may have; the roster knows whom that means. */
  readonly participantId: string;
  readonly idPrefix: string;
  /** Of the largest frame, pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the timeline, when its first frame and its last one arrived; milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly frames: number;
  /** On the way here, and here. */
  readonly droppedFrames: number;
  readonly bytes: number;
  readonly hasEnded: boolean;
  /** Its last frames were dropped: it goes on with its next key frame. */
  readonly isBroken: boolean;
}

/** Frames of one track between two cuts, as they lie in one blob. */
export interface VideoSegment {
  readonly trackId: string;
  /** Counts the cuts of the visit. */
  readonly index: number;
  readonly epoch: number;
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly frames: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What came of a track since it was written down last. */
export interface VideoTrackUpdate extends Pick<
  VideoTrack,
  'trackId' | 'codec' | 'source' | 'participantId' | 'hasEnded' | 'droppedFrames' | 'isBroken'
> {
  readonly frames: readonly StoredFrame[];
}

/** A track with what came of it since. */
export function withUpdate(before: VideoTrack | undefined, update: VideoTrackUpdate, idPrefix: string): VideoTrack {
  const { trackId, codec, source, participantId, hasEnded, isBroken, frames, droppedFrames } = update;
  const none = { width: 0, height: 0, fromMs: 0, toMs: 0, frames: 0, droppedFrames: 0, bytes: 0 };
  const known = before ?? { ...none, trackId, codec, idPrefix };
  let { width, height } = known;
  for (const frame of frames) if (frame.width * frame.height > width * height) ({ width, height } = frame);
  const bytes = frames.reduce((sum, { payload }) => sum + payload.byteLength, known.bytes);
  const [first, last] = [frames[0], frames.at(-1)];
  return {
    ...known,
    ...{ source, participantId, hasEnded, isBroken, width, height, bytes },
    fromMs: known.frames === 0 ? (first?.arrivedMs ?? 0) : known.fromMs,
    toMs: Math.max(known.toMs, last?.arrivedMs ?? 0),
    frames: known.frames + frames.length,
    droppedFrames: known.droppedFrames + droppedFrames,
  };
}
