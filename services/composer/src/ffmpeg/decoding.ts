import { readOnly } from './run-ffmpeg.ts';

/** Layers of VP9 that come as one frame are read by libvpx alone. */
const decoders: Readonly<Record<string, string>> = { vp9: 'libvpx-vp9', av1: 'libdav1d' };
/** 4096x2160: larger pictures are left out, since each is as large in memory. */
const MOST_PIXELS = 4096 * 2160;

/** What stands before an input of packets. Its pictures may change their size; in the worst case none of them can be read. */
export function decoding(codec: string): string[] {
  return [...decoder(codec), '-reinit_filter', '0'];
}

/** By which decoder packets are read, whatever meetings send in their codec. */
export function decoder(codec: string): string[] {
  return [...readOnly, '-threads', '1', '-c:v', decoders[codec] ?? codec, '-max_pixels', String(MOST_PIXELS)];
}
