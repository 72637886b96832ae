/** A frame as the page sent it, before the meeting clock is applied. */
export interface PageFrame {
  readonly track: number;
  readonly codec: 'opus' | 'pcm-s16' | 'red';
  readonly level: number;
  readonly rtpTimestamp: number;
  /** Page clock, milliseconds since 1970. */
  readonly arrivedAt: number;
  readonly payload: Buffer;
}

/** The largest sane packet: 120 ms of Opus is 1275 * 6 bytes; 60 ms of PCM is 5760. */
const MAX_FRAME = 8192;
/** See in-page/frame-batcher.ts for the layout. */
const HEADER = 22;
const codecs = ['opus', 'pcm-s16', 'red'] as const;

/** The frames that have the known form, and how many have not; behind one that is cut off nothing can be told apart. */
export function parseFrames(bytes: Buffer): { frames: PageFrame[]; refused: number } {
  const frames: PageFrame[] = [];
  let refused = 0;
  for (let at = 0; at < bytes.length;) {
    if (at + HEADER > bytes.length) return { frames, refused: refused + 1 };
    const length = bytes.readUInt16LE(at + 20);
    const end = at + HEADER + length;
    if (end > bytes.length) return { frames, refused: refused + 1 };
    const codec = codecs[bytes.readUInt8(at + 2)];
    const arrivedAt = bytes.readDoubleLE(at + 12);
    if (!codec || length > MAX_FRAME || !Number.isFinite(arrivedAt) || arrivedAt < 0) refused += 1;
    else {
      frames.push({
        track: bytes.readUInt16LE(at),
        codec,
        level: bytes.readUInt8(at + 3),
        rtpTimestamp: bytes.readUInt32LE(at + 4),
        arrivedAt,
        payload: bytes.subarray(at + HEADER, end),
      });
    }
    at = end;
  }
  return { frames, refused };
}
