/**
 * How encoded video lies in one message of a page's socket: the document's number, then frames, each a header with the frame as it
 * came behind it.
 */

/** Of the document, u32, as it calls itself in its reports; little endian, as all that follows. */
const HEAD_BYTES = 4;
/** Track u16, codec u8, flags u8, width u16, height u16, RTP timestamp u32, arrival f64, frames dropped u16, length u32. */
const FRAME_HEADER_BYTES = 26;
/** Of one message; the largest key frame of a screen at 4K stays below, and what is larger closes the socket: see page-sockets.ts. */
export const MAX_VIDEO_MESSAGE_BYTES = 4 * 1024 * 1024;
const MAX_U16 = 0xffff;
/** Of the flags. */
const KEY_FRAME = 1;

const codecs = ['vp8', 'vp9', 'h264', 'av1'] as const;
export type VideoCodec = (typeof codecs)[number];
/** Looked up, not searched: a page may have put its own methods into the place of an array's. */
const codecNumbers: Readonly<Record<VideoCodec, number>> = { vp8: 0, vp9: 1, h264: 2, av1: 3 };

/** An encoded frame as the page received it, before the meeting clock is applied. */
export interface PageVideoFrame {
  /** Number of its track in the document. */
  readonly track: number;
  readonly codec: VideoCodec;
  readonly isKey: boolean;
  /** Pixels; zero where the frame does not tell. */
  readonly width: number;
  readonly height: number;
  /** 90 kHz. */
  readonly rtpTimestamp: number;
  /** Page clock, milliseconds since 1970. */
  readonly arrivedAt: number;
  /** So many frames of the track were dropped in the page since the one before; at most 65,535 are told. */
  readonly dropped: number;
  readonly payload: Uint8Array;
}

/** What a frame takes in a message, bytes; undefined for one that fits none. */
export function videoFrameSize({ payload }: PageVideoFrame): number | undefined {
  const size = FRAME_HEADER_BYTES + payload.byteLength;
  return HEAD_BYTES + size > MAX_VIDEO_MESSAGE_BYTES ? undefined : size;
}

/** One message of frames that fit into one: see `videoFrameSize`. */
export function encodeVideoMessage(document: number, frames: readonly PageVideoFrame[]): Uint8Array<ArrayBuffer> {
  let size = HEAD_BYTES;
  for (const frame of frames) size += FRAME_HEADER_BYTES + frame.payload.byteLength;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, document, true);
  let at = HEAD_BYTES;
  for (const frame of frames) {
    view.setUint16(at, frame.track, true);
    view.setUint8(at + 2, codecNumbers[frame.codec]);
    view.setUint8(at + 3, frame.isKey ? KEY_FRAME : 0);
    view.setUint16(at + 4, atMost(frame.width), true);
    view.setUint16(at + 6, atMost(frame.height), true);
    view.setUint32(at + 8, frame.rtpTimestamp, true);
    view.setFloat64(at + 12, frame.arrivedAt, true);
    view.setUint16(at + 20, atMost(frame.dropped), true);
    view.setUint32(at + 22, frame.payload.byteLength, true);
    bytes.set(frame.payload, at + FRAME_HEADER_BYTES);
    at += FRAME_HEADER_BYTES + frame.payload.byteLength;
  }
  return bytes;
}

/**
 * The document's number and the frames that have the known form, as views of the bytes, and how many have not: whoever wrote them is
 * not trusted. Behind a frame that is cut off nothing can be told apart. Undefined where not even the document is told.
 */
export function decodeVideoMessage(
  bytes: Uint8Array,
): { document: number; frames: PageVideoFrame[]; refused: number } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const document = view.getUint32(0, true);
  const frames: PageVideoFrame[] = [];
  let refused = 0;
  for (let at = HEAD_BYTES; at < bytes.length;) {
    if (at + FRAME_HEADER_BYTES > bytes.length) return { document, frames, refused: refused + 1 };
    const end = at + FRAME_HEADER_BYTES + view.getUint32(at + 22, true);
    if (end > bytes.length) return { document, frames, refused: refused + 1 };
    const codec = codecs[view.getUint8(at + 2)];
    const flags = view.getUint8(at + 3);
    const arrivedAt = view.getFloat64(at + 12, true);
    const isEmpty = end === at + FRAME_HEADER_BYTES;
    if (!codec || isEmpty || flags > KEY_FRAME || !Number.isFinite(arrivedAt) || arrivedAt < 0) {
      refused += 1;
    } else {
      frames.push({
        track: view.getUint16(at, true),
        codec,
        isKey: flags === KEY_FRAME,
        width: view.getUint16(at + 4, true),
        height: view.getUint16(at + 6, true),
        rtpTimestamp: view.getUint32(at + 8, true),
        arrivedAt,
        dropped: view.getUint16(at + 20, true),
        payload: bytes.subarray(at + FRAME_HEADER_BYTES, end),
      });
    }
    at = end;
  }
  return { document, frames, refused };
}

const atMost = (value: number) => (value < MAX_U16 ? value : MAX_U16);
