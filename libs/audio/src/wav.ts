import { AppError } from '@earshot/kernel';

/** The format of 16-bit PCM: samples a second, and how many channels are interleaved. */
export interface WavFormat {
  readonly sampleRate: number;
  readonly channels: number;
}

/** A parsed file: its format and its interleaved samples. */
export interface Wav extends WavFormat {
  readonly pcm: Int16Array;
}

const headerBytes = 44;
const pcmTag = 1;
/** WAVE_FORMAT_EXTENSIBLE: the real tag is in the first two bytes of the sub-format. */
const extensibleTag = 0xfffe;

/** The 44 bytes before `bytes` bytes of 16-bit PCM. */
export function wavHeader(options: WavFormat & { readonly bytes: number }): Uint8Array {
  const { sampleRate, channels, bytes } = options;
  const header = Buffer.alloc(headerBytes);
  header.write('RIFF', 0, 'latin1');
  // A 32-bit size cannot exceed 4 GiB; players read such a file to its end.
  header.writeUInt32LE(Math.min(headerBytes - 8 + bytes, 0xffffffff), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(pcmTag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(bytes, 0xffffffff), 40);
  return header;
}

/**
 * Reads a file of 16-bit PCM. Unknown chunks are passed over, and a data size beyond the end (a file cut short, or
 * written as a stream) means up to the end. Throws `invalid-argument` for anything else.
 */
export function parseWav(bytes: Uint8Array): Wav {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 12 || file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new AppError('invalid-argument', 'not a wav file');
  }
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= file.length;) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = file.subarray(at + 8, Math.min(file.length, at + 8 + size));
    if (id === 'fmt ') format = readFormat(body);
    if (id === 'data' && format) return { ...format, pcm: readSamples(body, format.channels) };
    at += 8 + size + (size % 2); // chunks are padded to even sizes
  }
  throw new AppError('invalid-argument', format ? 'wav file without data' : 'wav file without a format');
}

function readFormat(body: Buffer): WavFormat {
  if (body.length < 16) throw new AppError('invalid-argument', 'wav format too short');
  const tag = body.readUInt16LE(0);
  const actual = tag === extensibleTag && body.length >= 26 ? body.readUInt16LE(24) : tag;
  const channels = body.readUInt16LE(2);
  if (actual !== pcmTag || body.readUInt16LE(14) !== 16 || channels === 0) {
    throw new AppError('invalid-argument', 'wav file is not 16-bit pcm');
  }
  return { channels, sampleRate: body.readUInt32LE(4) };
}

function readSamples(body: Buffer, channels: number): Int16Array {
  const count = Math.floor(body.length / (2 * channels)) * channels;
  const pcm = new Int16Array(count);
  for (let index = 0; index < count; index++) pcm[index] = body.readInt16LE(index * 2);
  return pcm;
}
