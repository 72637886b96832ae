/** How received frames lie in a page's report: a header, then the frame as it came, one behind the other. */

/** Track u16, codec u8, level u8, RTP timestamp u32, contributing source u32, arrival f64, length u16; little endian. */
export const FRAME_HEADER_BYTES = 22;
/** What the length has room for. */
const MAX_LENGTH = 0xffff;
/** The largest sane packet: 120 ms of Opus is 1275 * 6 bytes; 60 ms of PCM is 5760. */
const MAX_SANE_BYTES = 8192;

const codecs = ['opus', 'pcm-s16', 'red'] as const;
export type PageCodec = (typeof codecs)[number];
/** Looked up, not searched: a page may have put its own methods into the place of an array's. */
const codecNumbers: Readonly<Record<PageCodec, number>> = { opus: 0, 'pcm-s16': 1, red: 2 };

/** A frame as the page received it, before the meeting clock is applied. */
export interface PageFrame {
  /** Number of its track in the document. */
  readonly track: number;
  readonly codec: PageCodec;
  /** -dBov, 0 (loudest) to 127 (silence); 255 when the sender does not say. */
  readonly level: number;
  readonly rtpTimestamp: number;
  /** The first contributing source; 0 for none. */
  readonly source: number;
  /** Page clock, milliseconds since 1970. */
  readonly arrivedAt: number;
  readonly payload: Uint8Array;
}

/** Where frames are written to. */
export interface FrameBuffer {
  readonly bytes: Uint8Array;
  /** Of the same memory. */
  readonly view: DataView;
}

export function createFrameBuffer(size: number): FrameBuffer {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

/** What a frame takes in a buffer, bytes; undefined for one that fits no report. */
export function frameSize({ payload }: PageFrame): number | undefined {
  return payload.byteLength > MAX_LENGTH ? undefined : FRAME_HEADER_BYTES + payload.byteLength;
}

/** Writes a frame of a known size to where there is room for it. */
export function encodeFrame(frame: PageFrame, { bytes, view }: FrameBuffer, at: number): void {
  view.setUint16(at, frame.track, true);
  view.setUint8(at + 2, codecNumbers[frame.codec]);
  view.setUint8(at + 3, frame.level);
  view.setUint32(at + 4, frame.rtpTimestamp, true);
  view.setUint32(at + 8, frame.source, true);
  view.setFloat64(at + 12, frame.arrivedAt, true);
  view.setUint16(at + 20, frame.payload.byteLength, true);
  bytes.set(frame.payload, at + FRAME_HEADER_BYTES);
}

/**
 * The frames that have the known form, as views of the bytes, and how many have not: whoever wrote them is not trusted. Behind one
 * that is cut off nothing can be told apart.
 */
export function decodeFrames(bytes: Uint8Array): { frames: PageFrame[]; refused: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: PageFrame[] = [];
  let refused = 0;
  for (let at = 0; at < bytes.length;) {
    if (at + FRAME_HEADER_BYTES > bytes.length) return { frames, refused: refused + 1 };
    const length = view.getUint16(at + 20, true);
    const end = at + FRAME_HEADER_BYTES + length;
    if (end > bytes.length) return { frames, refused: refused + 1 };
    const codec = codecs[view.getUint8(at + 2)];
    const arrivedAt = view.getFloat64(at + 12, true);
    if (!codec || length > MAX_SANE_BYTES || !Number.isFinite(arrivedAt) || arrivedAt < 0) refused += 1;
    else {
      frames.push({
        track: view.getUint16(at, true),
        codec,
        level: view.getUint8(at + 3),
        rtpTimestamp: view.getUint32(at + 4, true),
        source: view.getUint32(at + 8, true),
        arrivedAt,
        payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
      });
    }
    at = end;
  }
  return { frames, refused };
}
