import { createResampler, OpusTrackEncoder } from '@earshot/audio';
import type { LiveAudioPlan } from '@earshot/kernel';
import { RATE, type LivePayload } from '../domain/live-frame.ts';

/** Of an Opus encoder of ours, bits a second. */
const BIT_RATE = 32_000;

/** Makes of one signal, 48 kHz, what a customer asked for. */
export interface LiveEncoder extends Disposable {
  /** What the samples complete, in order. */
  encode(pcm: Int16Array): LivePayload[];
  /** What is left at the signal's end. */
  flush(): LivePayload[];
}

export async function createLiveEncoder({
  encoding,
  sampleRate,
}: Pick<LiveAudioPlan, 'encoding' | 'sampleRate'>): Promise<LiveEncoder> {
  if (encoding === 'pcm') {
    const resampler = createResampler({ fromRate: RATE, toRate: sampleRate });
    return {
      encode: (pcm) => [{ encoding, payload: resampler.process(pcm) }],
      flush: () => [],
      [Symbol.dispose]() {},
    };
  }
  const encoder = await OpusTrackEncoder.create({ bitRate: BIT_RATE });
  const toPayload = (payload: Uint8Array): LivePayload => ({ encoding, payload });
  return {
    encode: (pcm) => encoder.encode(pcm).map(toPayload),
    flush: () => encoder.flush().map(toPayload),
    [Symbol.dispose]: () => encoder.free(),
  };
}
