import { Mixer, OpusTrackDecoder } from '@earshot/audio';
import { startOpusEncoder } from '../ffmpeg/encode-opus.ts';
import type { AudioFile, AudioFileOptions, AudioFrame } from './audio-file.ts';

const RATE = 48_000;
const US = 1_000_000;
/** What comes later than this behind others of its time is not heard; it is mixed at most so much at a time. */
const WAIT_SAMPLES = RATE / 2;
const STEP_SAMPLES = RATE;
/** As the public API documents it, bits a second. */
const BIT_RATE = 48_000;

/** Tracks that are heard at once, and samples: decoded, mixed, and encoded. */
export async function createMixedAudioFile({ path, originUs, signal }: AudioFileOptions): Promise<AudioFile> {
  const encoder = startOpusEncoder({ path, container: 'webm', bitRate: BIT_RATE }, signal);
  const decoders = new Map<string, OpusTrackDecoder>();
  const mixer = new Mixer();
  const sampleAt = (us: number) => Math.round(((us - originUs) * RATE) / US);
  const mixUntil = async (sample: number) => {
    while (mixer.position < sample)
      await encoder.write(bytesOf(mixer.take(Math.min(sample, mixer.position + STEP_SAMPLES)).pcm));
  };
  const release = () => {
    for (const decoder of decoders.values()) decoder.free();
    decoders.clear();
  };
  let end = 0;
  return {
    async add({ trackId, codec, payload, atUs }: AudioFrame) {
      const at = sampleAt(atUs);
      // Not frame by frame: a step of the encoder is a message to another process.
      if (at - WAIT_SAMPLES - mixer.position >= STEP_SAMPLES) await mixUntil(at - WAIT_SAMPLES);
      const pcm = codec === 'pcm' ? samplesOf(payload) : (await decoderOf(decoders, trackId)).decode(payload);
      mixer.add({ trackId, at, pcm });
      end = Math.max(end, at + pcm.length);
    },
    async finish(untilUs) {
      release();
      await mixUntil(Math.max(end, sampleAt(untilUs)));
      await encoder.finish();
      return originUs + (mixer.position * US) / RATE;
    },
    async cancel() {
      release();
      await encoder[Symbol.asyncDispose]();
    },
  };
}

async function decoderOf(decoders: Map<string, OpusTrackDecoder>, trackId: string): Promise<OpusTrackDecoder> {
  const known = decoders.get(trackId);
  if (known) return known;
  const decoder = await OpusTrackDecoder.create();
  decoders.set(trackId, decoder);
  return decoder;
}

/** Copied, because a message's bytes need not lie on an even address. */
function samplesOf(payload: Uint8Array): Int16Array {
  return new Int16Array(Uint8Array.from(payload.subarray(0, payload.length - (payload.length % 2))).buffer);
}

function bytesOf(pcm: Int16Array): Uint8Array {
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}
