import type { VideoCodec, VideoSource } from './video-frame.ts';

/** One sender's track as it is stored. Times are milliseconds of the recording. */
export interface StoredTrack {
  readonly trackId: string;
  readonly kind: 'audio' | VideoSource;
  /** As the recording's participants have it; empty for a track that is nobody's as far as is known. */
  readonly participantId: string;
  readonly codec: 'opus' | 'pcm' | VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly frames: number;
  readonly droppedFrames: number;
  readonly bytes: number;
}
