/** A frame, and where it lies in the recording. */
export interface PlacedFrame {
  readonly atUs: number;
  readonly payload: Uint8Array;
  readonly isKey: boolean;
  /** Pixels; 0 for audio and where the frame does not tell. */
  readonly width: number;
  readonly height: number;
  /** Frames before it are missing: it continues nothing. */
  readonly isAfterGap: boolean;
}
