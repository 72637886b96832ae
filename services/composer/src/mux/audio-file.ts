import type { MediaFrame } from './frame.ts';

/** A packet of audio, or samples: 16 bit little endian at 48 kHz, mono. */
export interface AudioFrame extends Pick<MediaFrame, 'atUs' | 'payload'> {
  readonly trackId: string;
  readonly codec: 'opus' | 'pcm';
}

/** One file of WebM with Opus, mono, in which everything is heard at its time: silence stands where nothing is. */
export interface AudioFile {
  /** By their times, of all its tracks together. Resolves when there is room for more. */
  add(frame: AudioFrame): Promise<void>;
  /** Silence to `untilUs`, microseconds of the recording; answers where the file ends. */
  finish(untilUs: number): Promise<number>;
  /** Closes a file that nobody wants; harmless after `finish`. */
  cancel(): Promise<void>;
}

export interface AudioFileOptions {
  readonly path: string;
  /** Where the file begins in the recording, microseconds. */
  readonly originUs: number;
  readonly signal: AbortSignal;
}
