import { readOnly } from './run-ffmpeg.ts';

/** 4096x2160: larger pictures are left out, since each is as large in memory. */
const MOST_PIXELS = 4096 * 2160;

/** What of a track says how it is decoded. */
export interface Encoded {
  /** In ffmpeg's words. */
  readonly codec: string;
  readonly hasLayers: boolean;
}

/** What stands before an input of packets. Its pictures may change their size; in the worst case none of them can be read. */
export function decoding(encoded: Encoded): string[] {
  return [...decoder(encoded), '-reinit_filter', '0'];
}

/**
 * By which decoder packets are read. Layers of VP9 that come as one frame are read by libvpx alone; what Chromium sends without layers is
 * read by ffmpeg's own decoder alone (libvpx 1.12 gives up after the first frame).
 */
export function decoder({ codec, hasLayers }: Encoded): string[] {
  const name = decoderOf(codec, hasLayers);
  return [...readOnly, '-threads', '1', '-c:v', name, '-max_pixels', String(MOST_PIXELS)];
}

function decoderOf(codec: string, hasLayers: boolean): string {
  if (codec === 'av1') return 'libdav1d';
  return codec === 'vp9' && hasLayers ? 'libvpx-vp9' : codec;
}
