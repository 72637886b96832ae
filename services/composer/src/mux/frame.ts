/** What tracks are in, as the media-streamer names it. */
export type TrackCodec = 'opus' | 'pcm' | 'vp8' | 'vp9' | 'h264' | 'av1';

/** One encoded frame, in the order in which they are decoded. */
export interface MediaFrame {
  /** Where it lies in the recording, microseconds. */
  readonly atUs: number;
  readonly payload: Uint8Array;
  readonly isKey: boolean;
  /** Pixels; zero for audio and where the frame does not tell. */
  readonly width: number;
  readonly height: number;
  /** Frames before it are missing. */
  readonly isAfterGap: boolean;
}
