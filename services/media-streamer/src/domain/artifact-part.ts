import { SAMPLE_BYTES, SEGMENT_SAMPLES } from './recording.ts';

/** Segments of a part: a minute, which is the room that finishing takes beside what is recorded. */
export const PART_SEGMENTS = 30;
export const PART_SAMPLES = PART_SEGMENTS * SEGMENT_SAMPLES;
const PART_BYTES = PART_SAMPLES * SAMPLE_BYTES;
/** Of a RIFF file with one format and one data chunk. */
const WAV_HEADER_BYTES = 44;

/** A stretch of a finished recording, as it lies in the blob store. All but the last have `PART_SAMPLES`. */
export interface ArtifactPart {
  readonly index: number;
  readonly samples: number;
  /** How its blob has its samples. Segments are always PCM. */
  readonly codec: 'pcm' | 'flac';
  /** Its blob; undefined where it lies in its segments still, silence in the place of those that are gone. */
  readonly key: string | undefined;
  /** SHA-256 of its samples, 16 bit little endian, lower-case hex. */
  readonly sha256: string;
  /** Samples at which silence stands for segments that were gone when it was made. */
  readonly missingSamples: number;
}

/** Bytes, both ends included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The size of a recording as WAV. */
export function wavBytes(samples: number): number {
  return WAV_HEADER_BYTES + samples * SAMPLE_BYTES;
}

/** Where a range of a recording's WAV lies: in its header, and in which parts. */
export function locateInWav(
  samples: number,
  { start, end }: Span,
): { header: Span | undefined; parts: (Span & { index: number })[] } {
  const header = start < WAV_HEADER_BYTES ? { start, end: Math.min(end, WAV_HEADER_BYTES - 1) } : undefined;
  const from = Math.max(0, start - WAV_HEADER_BYTES);
  const to = Math.min(end - WAV_HEADER_BYTES, samples * SAMPLE_BYTES - 1);
  const parts: (Span & { index: number })[] = [];
  for (let index = Math.floor(from / PART_BYTES); index * PART_BYTES <= to; index++) {
    const first = index * PART_BYTES;
    parts.push({ index, start: Math.max(from, first) - first, end: Math.min(to, first + PART_BYTES - 1) - first });
  }
  return { header, parts };
}
