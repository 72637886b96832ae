/** As they are named in a page's metadata, and everywhere here. */
export type VideoCodec = 'vp8' | 'vp9' | 'h264' | 'av1';

/** What a track shows; `tab`: the bot's own view of the meeting. */
export type VideoSource = 'webcam' | 'screen' | 'tab';

/** One encoded frame as it came, with all spatial layers that were received. */
export interface VideoFrame {
  readonly trackId: string;
  readonly codec: VideoCodec;
  readonly payload: Uint8Array;
  /** 90 kHz, wrapping at 2^32. */
  readonly rtpTimestamp: number;
  /** Meeting clock, milliseconds. */
  readonly arrivedMs: number;
  readonly isKey: boolean;
  /** Pixels; zero where the frame does not tell. */
  readonly width: number;
  readonly height: number;
}

/** A track exists, or what is known of it has changed: complete each time. */
export interface VideoTrackChange {
  readonly trackId: string;
  readonly source: VideoSource;
  /** The page's id of whose it is; empty while that is not known. */
  readonly participantId: string;
  /** Meeting clock, milliseconds. */
  readonly atMs: number;
  /** Nothing comes of it; it may come again. */
  readonly hasEnded: boolean;
}

/** Frames of a track that were dropped on the way, up to its next key frame. */
export interface VideoGap {
  readonly trackId: string;
  readonly frames: number;
  /** Meeting clock of the first of them, milliseconds. */
  readonly atMs: number;
}

/** What left a page at one moment. */
export interface VideoBatch {
  /** Meeting clock at its end, milliseconds. */
  readonly clockMs: number;
  readonly frames: readonly VideoFrame[];
  readonly tracks: readonly VideoTrackChange[];
  readonly gaps: readonly VideoGap[];
}

/** What one frame costs beside its payload, bytes: an estimate of its objects. */
const VIDEO_FRAME_OVERHEAD = 150;

export function videoBytes({ frames }: Pick<VideoBatch, 'frames'>): number {
  return frames.reduce((sum, { payload }) => sum + payload.byteLength + VIDEO_FRAME_OVERHEAD, 0);
}
