import { findSpeech, type AudioChunk, type AudioMatch } from '@earshot/harness';
import type { Speech } from './meeting.ts';

/** How one sentence came out of the recording, and how fast it had reached the live audio socket. */
export interface HeardSentence {
  readonly who: string;
  readonly match: AudioMatch;
  /** Milliseconds from voice to socket, one for each frame of the sentence. */
  readonly latenciesMs: number[];
}

export interface HeardAudio {
  readonly recording: Int16Array;
  /** When the recording's first sample was heard, milliseconds since 1970. */
  readonly startedAt: number;
  readonly line: AudioChunk | undefined;
}

const SAMPLES_PER_MS = 48;
/** How far a sentence may lie from where the clocks say, in milliseconds. */
const SEARCH_MS = 500;

/**
 * Finds each sentence in the recording and measures, for each live frame of it, the time from the moment its last sample
 * was played into the meeting to the moment the frame was received. The frames are the recording, in order.
 */
export function spokenSentences(
  speeches: readonly Speech[],
  { recording, startedAt, line }: HeardAudio,
): HeardSentence[] {
  const frames = line?.frames ?? [];
  const ends: number[] = [];
  let position = 0;
  for (const frame of frames) ends.push((position += frame.pcm.length / 2));

  return speeches.map((speech) => {
    const { samples } = speech;
    const near = (speech.startedAt - startedAt) * SAMPLES_PER_MS;
    const window = {
      from: Math.round(near - SEARCH_MS * SAMPLES_PER_MS),
      to: Math.round(near + SEARCH_MS * SAMPLES_PER_MS),
    };
    const match = findSpeech(recording, samples, window);
    const latenciesMs = frames.flatMap((frame, index) => {
      const end = ends[index] ?? 0;
      const isInside = end > match.offset && end <= match.offset + samples.length;
      return isInside ? [frame.at - (speech.startedAt + (end - match.offset) / SAMPLES_PER_MS)] : [];
    });
    return { who: speech.who, match, latenciesMs };
  });
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN) * 10) / 10;
}

export function toSamples(bytes: Buffer): Int16Array {
  return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
