import { AppError } from '@earshot/kernel';

/** Larger than any fragment of half a second. */
const MOST_BYTES = 32 * 1024 * 1024;
const BOX_HEADER_BYTES = 8;

/** What goes to a customer as one message: what every decoder needs first, or a stretch of media that begins with a key frame. */
export interface Piece {
  readonly kind: 'init' | 'fragment';
  readonly bytes: Buffer;
}

/** The last box of each. */
const ends: Readonly<Record<string, Piece['kind']>> = { moov: 'init', mdat: 'fragment' };

/** Fragmented MP4, as it is written, in whole pieces (ISO/IEC 14496-12: `ftyp` and `moov`, then `moof` with its `mdat`). */
export class FragmentSplitter {
  #bytes = Buffer.alloc(0);
  #open: Buffer[] = [];

  /** Throws `internal` for what is no such stream. */
  push(chunk: Buffer): Piece[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const pieces: Piece[] = [];
    while (this.#bytes.length >= BOX_HEADER_BYTES) {
      const size = this.#bytes.readUInt32BE(0);
      if (size < BOX_HEADER_BYTES || size > MOST_BYTES) throw new AppError('internal', 'not fragmented MP4');
      if (this.#bytes.length < size) break;
      const piece = this.#take(this.#bytes.toString('latin1', 4, 8), this.#bytes.subarray(0, size));
      if (piece) pieces.push(piece);
      this.#bytes = this.#bytes.subarray(size);
    }
    return pieces;
  }

  #take(type: string, box: Buffer): Piece | undefined {
    const kind = ends[type];
    // An index at the end of a file is of no use to whoever plays it as it comes.
    if (type === 'mfra') return undefined;
    this.#open.push(box);
    if (kind === undefined) return undefined;
    return { kind, bytes: Buffer.concat(this.#open.splice(0)) };
  }
}
