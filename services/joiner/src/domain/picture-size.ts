import type { VideoCodec } from './video-batch.ts';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Of OBUs: https://aomediacodec.github.io/av1-spec/#obu-header-semantics */
const SEQUENCE_HEADER = 1;

/**
 * The size that a frame itself tells, where what came with it does not: AV1's key frames, and of VP9 key frames and the first frames of
 * higher layers. Undefined for all others, and for what cannot be read.
 */
export function pictureSize(codec: VideoCodec, payload: Uint8Array): PictureSize | undefined {
  try {
    if (codec === 'vp9') return vp9Size(new BitReader(payload));
    return codec === 'av1' ? av1Size(payload) : undefined;
  } catch {
    return undefined;
  }
}

/** `uncompressed_header` of https://storage.googleapis.com/downloads.webmproject.org/docs/vp9/vp9-bitstream-specification-v0.6-20160331-draft.pdf */
function vp9Size(bits: BitReader): PictureSize | undefined {
  const isFrame = bits.take(2) === 2;
  const profile = bits.take(1) + bits.take(1) * 2;
  if (!isFrame || profile > 1 || bits.take(1) === 1) return undefined;
  const isKey = bits.take(1) === 0;
  const [isShown, isResilient] = [bits.take(1) === 1, bits.take(1) === 1];
  if (isKey) {
    bits.take(24);
    const isRgb = bits.take(3) === 7;
    if (!isRgb) bits.take(profile === 1 ? 4 : 1);
    else if (profile === 1) bits.take(1);
    return bits.size(16, 16);
  }
  const isIntra = !isShown && bits.take(1) === 1;
  if (isIntra) return undefined;
  if (!isResilient) bits.take(2);
  // Which references it renews, and the three that it has.
  bits.take(8 + 12);
  for (let reference = 0; reference < 3; reference += 1) if (bits.take(1) === 1) return undefined;
  return bits.size(16, 16);
}

/** `sequence_header_obu`; encoders of calls give no timing. */
function av1Size(payload: Uint8Array): PictureSize | undefined {
  for (let at = 0; at < payload.length;) {
    const head = payload[at] ?? 0;
    at += (head & 4) === 0 ? 1 : 2;
    if ((head & 2) === 0) return undefined;
    let length = 0;
    for (let byte = 0; byte < 8; byte += 1) {
      const value = payload[at++] ?? 0;
      length += (value & 0x7f) * 2 ** (7 * byte);
      if (value < 0x80) break;
    }
    if (((head >> 3) & 15) === SEQUENCE_HEADER) return sequenceSize(new BitReader(payload.subarray(at, at + length)));
    at += length;
  }
  return undefined;
}

function sequenceSize(bits: BitReader): PictureSize | undefined {
  bits.take(4);
  const isReduced = bits.take(1) === 1;
  if (isReduced) bits.take(5);
  else {
    const hasTiming = bits.take(1) === 1;
    if (hasTiming) return undefined;
    const hasDelay = bits.take(1) === 1;
    const points = bits.take(5) + 1;
    for (let point = 0; point < points; point += 1) {
      bits.take(12);
      if (bits.take(5) > 7) bits.take(1);
      if (hasDelay && bits.take(1) === 1) bits.take(4);
    }
  }
  return bits.size(bits.take(4) + 1, bits.take(4) + 1);
}

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Throws behind the end. */
  take(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new RangeError('no more bits');
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1);
      this.#at += 1;
    }
    return value;
  }

  /** Both are told as one less. */
  size(widthBits: number, heightBits: number): PictureSize {
    const width = this.take(widthBits) + 1;
    return { width, height: this.take(heightBits) + 1 };
  }
}
