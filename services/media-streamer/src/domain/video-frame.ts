export type VideoCodec = 'vp8' | 'vp9' | 'h264' | 'av1';

export type VideoSource = 'webcam' | 'screen-share' | 'tab';

/** One encoded frame. */
export interface VideoFrame {
  readonly payload: Uint8Array;
  /** 90 kHz, wrapping at 2^32. */
  readonly rtpTimestamp: number;
  /** When its last packet arrived: of a batch, its epoch's meeting clock; of what is stored, the timeline. Milliseconds. */
  readonly arrivedMs: number;
  readonly isKey: boolean;
  /** Pixels; 0 where the frame does not tell. */
  readonly width: number;
  readonly height: number;
}

/** What is known of a track, complete each time. */
export interface VideoTrackChange {
  readonly trackId: string;
  readonly source: VideoSource;
  /** The page's id of whose it is; empty while that is not known. */
  readonly participantId: string;
  readonly hasEnded: boolean;
}

/** Frames of a track that were dropped before they came here. */
export interface VideoGap {
  readonly trackId: string;
  readonly frames: number;
  /** Its epoch's meeting clock at the first of them, milliseconds. */
  readonly atMs: number;
}

/** A short part of a visit's video. */
export interface VideoBatch {
  readonly sequence: number;
  /** Its epoch's meeting clock at its end, milliseconds. */
  readonly clockMs: number;
  readonly frames: readonly (VideoFrame & { readonly trackId: string; readonly codec: VideoCodec })[];
  readonly changes: readonly VideoTrackChange[];
  readonly gaps: readonly VideoGap[];
}
