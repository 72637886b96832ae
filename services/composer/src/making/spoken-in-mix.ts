import type { AudioFrame } from '../mux/audio-file.ts';
import type { MixChunk } from './read-mix.ts';

/** Pages mark who speaks a little late and in steps; a word's beginning and end belong to it. Microseconds. */
const MARGIN_US = 300_000;
const US_OF_SECOND = 1_000_000;
const SAMPLES_OF_SECOND = 48_000;
const SAMPLE_BYTES = 2;

/** Milliseconds of the recording. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of the mix was heard while somebody was marked as speaking; who spoke at the same time is heard with them. */
export async function* spokenInMix(
  mix: AsyncIterable<MixChunk>,
  intervals: readonly Interval[],
): AsyncGenerator<AudioFrame> {
  const spoken = unionOf(intervals);
  let sample = 0;
  let at = 0;
  for await (const { pcm } of mix) {
    const end = sample + pcm.length / SAMPLE_BYTES;
    for (let one = spoken[at]; one && one.from < end; one = spoken[++at]) {
      const from = Math.max(one.from, sample);
      const to = Math.min(one.to, end);
      if (to > from) yield frameOf(pcm.subarray((from - sample) * SAMPLE_BYTES, (to - sample) * SAMPLE_BYTES), from);
      if (one.to > end) break;
    }
    sample = end;
  }
}

function frameOf(payload: Uint8Array, sample: number): AudioFrame {
  return { trackId: 'mix', codec: 'pcm', payload, atUs: (sample * US_OF_SECOND) / SAMPLES_OF_SECOND };
}

/** In samples, with their margins, apart and in order. */
function unionOf(intervals: readonly Interval[]): { from: number; to: number }[] {
  const toSample = (us: number) => Math.max(0, Math.round((us * SAMPLES_OF_SECOND) / US_OF_SECOND));
  const wide = intervals
    .map(({ fromMs, toMs }) => ({
      from: toSample(fromMs * 1000 - MARGIN_US),
      to: toSample(toMs * 1000 + MARGIN_US),
    }))
    .sort((a, b) => a.from - b.from);
  const apart: { from: number; to: number }[] = [];
  for (const one of wide) {
    const last = apart.at(-1);
    if (last && one.from <= last.to) last.to = Math.max(last.to, one.to);
    else apart.push(one);
  }
  return apart;
}
