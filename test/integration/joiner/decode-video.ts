import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';
import { VideoCodec, type VideoFrame } from '@earshot/contract/media/v1/video.ts';

const fourCharacters = { [VideoCodec.VP8]: 'VP80', [VideoCodec.VP9]: 'VP90', [VideoCodec.AV1]: 'AV01' };

export interface Decoded {
  readonly pictures: readonly { readonly width: number; readonly height: number; readonly pixels: Uint8Array }[];
  /** What the decoder found wrong. */
  readonly errors: string;
}

/** All pictures of one track, as ffmpeg decodes them, made small: the marks in the middle of a camera's survive it. */
export async function decodeVideo(
  frames: readonly VideoFrame[],
  { width, height } = { width: 160, height: 90 },
): Promise<Decoded> {
  const codec = frames[0]?.codec ?? VideoCodec.UNSPECIFIED;
  const isBare = codec === VideoCodec.H264;
  // Pictures of several sizes in one are read by libvpx alone.
  const decoder = codec === VideoCodec.VP9 ? ['-c:v', 'libvpx-vp9'] : [];
  const input = isBare ? ['-f', 'h264'] : ['-f', 'ivf'];
  const output = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-fps_mode', 'passthrough', '-s', `${width}x${height}`];
  const child = spawn('ffmpeg', ['-v', 'error', ...decoder, ...input, '-i', 'pipe:0', ...output, 'pipe:1']);
  const read = Promise.all([buffer(child.stdout), text(child.stderr)]);
  child.stdin.on('error', () => {});
  child.stdin.end(isBare ? Buffer.concat(frames.map(({ payload }) => payload)) : toIvf(frames));
  const [raw, errors] = await read;
  const size = width * height * 3;
  const count = Math.floor(raw.length / size);
  const pictures = Array.from({ length: count }, (_, at) => ({
    ...{ width, height },
    pixels: raw.subarray(at * size, (at + 1) * size),
  }));
  return { pictures, errors };
}

/** https://wiki.multimedia.cx/index.php/Duck_IVF */
function toIvf(frames: readonly VideoFrame[]): Buffer {
  const [first] = frames;
  const head = Buffer.alloc(32);
  head.write('DKIF', 0, 'latin1');
  head.writeUInt16LE(32, 6);
  head.write(fourCharacters[first?.codec as keyof typeof fourCharacters] ?? '', 8, 'latin1');
  head.writeUInt16LE(first?.width ?? 0, 12);
  head.writeUInt16LE(first?.height ?? 0, 14);
  // One after the other: when they are shown is not what is looked at.
  head.writeUInt32LE(25, 16);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(frames.length, 24);
  const parts = frames.flatMap(({ payload }, at) => {
    const header = Buffer.alloc(12);
    header.writeUInt32LE(payload.length, 0);
    header.writeUInt32LE(at, 4);
    return [header, payload];
  });
  return Buffer.concat([head, ...parts]);
}
