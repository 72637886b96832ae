import type { TrackCodec } from '../mux/frame.ts';

export type VideoTrackCodec = Exclude<TrackCodec, 'opus' | 'pcm'>;

/** How ffmpeg's reader of IVF knows a codec. */
const fourCc: Readonly<Record<VideoTrackCodec, string>> = { vp8: 'VP80', vp9: 'VP90', h264: 'H264', av1: 'AV01' };
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 12;

/** The beginning of an IVF stream in milliseconds. Its size is not read by decoders: frames have their own. */
export function ivfHeader(codec: VideoTrackCodec): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('DKIF', 0, 'latin1');
  header.writeUInt16LE(HEADER_BYTES, 6);
  header.write(fourCc[codec], 8, 'latin1');
  header.writeUInt16LE(640, 12);
  header.writeUInt16LE(360, 14);
  header.writeUInt32LE(1000, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

/** A frame with its header; `atMs` counts from anywhere. */
export function ivfFrame(payload: Uint8Array, atMs: number): Buffer {
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32LE(payload.length, 0);
  header.writeBigUInt64LE(BigInt(Math.max(0, Math.round(atMs))), 4);
  return Buffer.concat([header, payload]);
}
