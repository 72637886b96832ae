import { AppError } from '@earshot/kernel';
import { loadLibflac } from './load-libflac.ts';
import { WorkTurns } from './work-turns.ts';

const SAMPLE_RATE = 48_000;
const SAMPLE_BITS = 16;
const SAMPLE_BYTES = SAMPLE_BITS / 8;
/** Samples of a frame, and of a step of the work; at 48 kHz libFLAC's own choice. */
const BLOCK_SAMPLES = 4096;
const BLOCK_BYTES = BLOCK_SAMPLES * SAMPLE_BYTES;
/** libFLAC's default: of speech a third is left, for 0.2 s of a core a minute; the highest leaves 2 % less and takes three times as long. */
const COMPRESSION = 5;
const OK = 0;
const END_OF_STREAM = 4;

/**
 * Mono s16le at 48 kHz as one FLAC file, `samples` long. The rest of the process goes on meanwhile. Throws `internal` where there are
 * more or fewer samples, or half of one.
 */
export async function* encodeFlac(
  pcm: AsyncIterable<Uint8Array>,
  { samples }: { readonly samples: number },
): AsyncGenerator<Uint8Array> {
  const turns = new WorkTurns();
  const Flac = await loadLibflac();
  // What it encoded is decoded again and compared: nothing is removed for a file that does not have it.
  const isVerified = true;
  const encoder = Flac.create_libflac_encoder(
    SAMPLE_RATE,
    1,
    SAMPLE_BITS,
    COMPRESSION,
    samples,
    isVerified,
    BLOCK_SAMPLES,
  );
  try {
    let frames: Uint8Array[] = [];
    // What the codec hands out is its own memory.
    const started = Flac.init_encoder_stream(encoder, (bytes) => void frames.push(bytes.slice()));
    if (started !== OK) throw new AppError('internal', 'the FLAC encoder does not start');
    let done = 0;
    for await (const chunk of pcm) {
      for (let at = 0; at < chunk.length; at += BLOCK_BYTES) {
        await turns.next();
        const step = toSamples(chunk.subarray(at, at + BLOCK_BYTES));
        if (!Flac.FLAC__stream_encoder_process_interleaved(encoder, step, step.length)) {
          throw new AppError('internal', 'the FLAC encoder refuses samples');
        }
        done += step.length;
        yield* frames;
        frames = [];
      }
    }
    if (done !== samples) throw new AppError('internal', 'there are other samples than announced');
    if (!Flac.FLAC__stream_encoder_finish(encoder)) throw new AppError('internal', 'the FLAC encoder does not finish');
    yield* frames;
  } finally {
    Flac.FLAC__stream_encoder_delete(encoder);
  }
}

/**
 * The samples of a FLAC file, as `encodeFlac` took them, frame by frame; the rest of the process goes on meanwhile. Throws `internal` for
 * what is none, or is damaged; of one that is cut off between two frames, what there is comes.
 */
export async function* decodeFlac(file: Uint8Array): AsyncGenerator<Uint8Array> {
  const turns = new WorkTurns();
  const Flac = await loadLibflac();
  const decoder = Flac.create_libflac_decoder(false);
  try {
    let at = 0;
    let frames: Uint8Array[] = [];
    const read = (most: number) => {
      const buffer = Uint8Array.from(file.subarray(at, at + most));
      at += buffer.length;
      return { buffer, readDataLength: buffer.length, error: false };
    };
    const write = ([channel]: Uint8Array[]) => void frames.push(channel?.slice() ?? new Uint8Array());
    let isDamaged = false;
    const started = Flac.init_decoder_stream(decoder, read, write, () => (isDamaged = true));
    if (started !== OK) throw new AppError('internal', 'the FLAC decoder does not start');
    while (Flac.FLAC__stream_decoder_get_state(decoder) !== END_OF_STREAM) {
      await turns.next();
      const goesOn = Flac.FLAC__stream_decoder_process_single(decoder);
      if (!goesOn || isDamaged) throw new AppError('internal', 'not a whole FLAC file');
      yield* frames;
      frames = [];
    }
  } finally {
    Flac.FLAC__stream_decoder_delete(decoder);
  }
}

/** As the codec takes them. */
function toSamples(bytes: Uint8Array): Int32Array<ArrayBuffer> {
  if (bytes.byteLength % SAMPLE_BYTES !== 0) throw new AppError('internal', 'half a sample');
  // A copy: what is read may begin anywhere in its memory.
  return Int32Array.from(new Int16Array(Uint8Array.from(bytes).buffer));
}
