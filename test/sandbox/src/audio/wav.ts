import { decode } from './decode.ts';

export interface DecodedAudio {
  sampleRate: number;
  channels: Int16Array[];
}

/** Reads a RIFF/WAVE file of 16-bit PCM; undefined when it is anything else. */
export function decodeWav(bytes: Buffer): DecodedAudio | undefined {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    return;
  let format: { channels: number; sampleRate: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const from = at + 8;
    if (id === 'fmt ' && from + 16 <= bytes.length) {
      format = { channels: bytes.readUInt16LE(from + 2), sampleRate: bytes.readUInt32LE(from + 4) };
      const isPcm = [1, 0xfffe].includes(bytes.readUInt16LE(from)) && bytes.readUInt16LE(from + 14) === 16;
      if (!isPcm || format.channels < 1 || format.sampleRate < 1000) return;
    }
    if (id === 'data') {
      if (!format) return;
      // A stream's writer leaves the size at 0 or at the maximum: then the data goes on to the end.
      const end = size === 0 || from + size > bytes.length ? bytes.length : from + size;
      return {
        sampleRate: format.sampleRate,
        channels: decode(bytes.subarray(from, end), { encoding: 'linear16', ...format }),
      };
    }
    at = from + size + (size % 2);
  }
  return;
}
