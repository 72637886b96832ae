import type { VideoFrame } from './video-frame.ts';

/** A frame as it is stored. */
export interface StoredFrame extends VideoFrame {
  /** Frames before it are missing. */
  readonly isAfterGap: boolean;
}

/** `EVS` and the version of what follows. */
const MAGIC = Buffer.from('EVS1');
/** Lengths and marks, RTP time, arrival as a double, width, height. */
const HEAD_BYTES = 4 + 1 + 4 + 8 + 2 + 2;
const KEY = 1;
const AFTER_GAP = 2;

/** The mark of what it is, then frames one behind the other: header, payload. Numbers are big endian. */
export function encodeFrames(frames: readonly StoredFrame[]): Buffer {
  const parts = frames.flatMap((frame) => {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32BE(frame.payload.byteLength, 0);
    head.writeUInt8((frame.isKey ? KEY : 0) | (frame.isAfterGap ? AFTER_GAP : 0), 4);
    head.writeUInt32BE(frame.rtpTimestamp, 5);
    head.writeDoubleBE(frame.arrivedMs, 9);
    head.writeUInt16BE(frame.width, 17);
    head.writeUInt16BE(frame.height, 19);
    return [head, frame.payload];
  });
  return Buffer.concat([MAGIC, ...parts]);
}

/** Throws a RangeError for bytes that are not whole frames. */
export function decodeFrames(bytes: Buffer): StoredFrame[] {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new RangeError('these are no frames');
  const frames: StoredFrame[] = [];
  for (let at = MAGIC.length; at < bytes.length;) {
    const start = at + HEAD_BYTES;
    const end = start + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError('frames end in the middle');
    const marks = bytes.readUInt8(at + 4);
    frames.push({
      payload: bytes.subarray(start, end),
      isKey: (marks & KEY) !== 0,
      isAfterGap: (marks & AFTER_GAP) !== 0,
      rtpTimestamp: bytes.readUInt32BE(at + 5),
      arrivedMs: bytes.readDoubleBE(at + 9),
      width: bytes.readUInt16BE(at + 17),
      height: bytes.readUInt16BE(at + 19),
    });
    at = end;
  }
  return frames;
}
