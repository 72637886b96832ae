import { AppError } from '@earshot/kernel';
import { checkFormat } from './read-audio.ts';
import { PcmStream, type PcmFormat } from './pcm-stream.ts';

/** What may stand before the audio of a file. */
const MAX_HEAD_BYTES = 64 * 1024;

/** A WAV file as it comes, whose sizes may not be filled in: all behind its `data` is audio. Throws `invalid-argument` for another file. */
export class WavStream {
  #head = Buffer.alloc(0);
  #pcm: PcmStream | undefined;

  push(bytes: Uint8Array): Int16Array {
    if (this.#pcm) return this.#pcm.push(bytes);
    this.#head = Buffer.concat([this.#head, bytes]);
    const audio = readHead(this.#head);
    if (!audio) {
      if (this.#head.length > MAX_HEAD_BYTES) throw new AppError('invalid-argument', 'wav file without data');
      return new Int16Array(0);
    }
    this.#pcm = new PcmStream(audio.format);
    const begun = this.#head.subarray(audio.at);
    this.#head = Buffer.alloc(0);
    return this.#pcm.push(begun);
  }

  flush(): Int16Array {
    return this.#pcm?.flush() ?? new Int16Array(0);
  }
}

/** Where the audio begins and in what format, once that is known. */
function readHead(head: Buffer): { readonly at: number; readonly format: PcmFormat } | undefined {
  let format: PcmFormat | undefined;
  for (let at = 12; at + 8 <= head.length;) {
    const id = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    const body = at + 8;
    if (id === 'data') {
      if (!format) throw new AppError('invalid-argument', 'wav file without a format');
      return { at: body, format };
    }
    if (body + size > head.length) return undefined;
    if (id === 'fmt ') format = readFormat(head.subarray(body, body + size));
    at = body + size + (size % 2);
  }
  return undefined;
}

function readFormat(body: Buffer): PcmFormat {
  if (body.length < 16 || body.readUInt16LE(14) !== 16)
    throw new AppError('invalid-argument', 'wav file is not 16-bit pcm');
  const format = { sampleRate: body.readUInt32LE(4), channels: body.readUInt16LE(2) };
  checkFormat(format);
  return format;
}
