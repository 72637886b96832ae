import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { TrackFrame } from '@earshot/contract/media/v1/video.ts';
import { checkOf } from '../../harness/src/video-counter.ts';

export type FilmCodec = 'vp8' | 'vp9' | 'h264' | 'av1';

export interface Film {
  readonly codec: FilmCodec;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Milliseconds of the recording. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When the patch begins to be white, milliseconds of the recording. */
  readonly flashes?: readonly number[];
  /** Of the patch, 0 to 255. */
  readonly patch?: number;
}

const encoders: Readonly<Record<FilmCodec, readonly string[]>> = {
  vp8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '16', '-g', '9999', '-f', 'ivf'],
  vp9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-g', '9999', '-f', 'ivf'],
  av1: ['-c:v', 'libaom-av1', '-usage', 'realtime', '-cpu-used', '8', '-g', '9999', '-f', 'ivf'],
  h264: ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '9999', '-aud', '1', '-f', 'h264'],
};
/** How long a flash is white, in milliseconds. */
const FLASH_MS = 200;

/** What a camera of the lab sends: pictures with their number and a patch that flashes, encoded; one key frame, at its beginning. */
export async function filmed(film: Film): Promise<TrackFrame[]> {
  const { codec, width, height, fps, fromMs, toMs } = film;
  const count = Math.round(((toMs - fromMs) / 1000) * fps);
  const size = `${width}x${height}`;
  const child = spawn(
    'ffmpeg',
    [
      ...['-v', 'error', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', size, '-r', String(fps), '-i', '-', '-an'],
      ...['-pix_fmt', 'yuv420p', ...encoders[codec], '-threads', '2', '-b:v', '300k', '-'],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const whole = buffer(child.stdout);
  const pictures = function* () {
    for (let number = 0; number < count; number++) yield drawn(film, number);
  };
  await pipeline(pictures(), child.stdin);
  const frames = codec === 'h264' ? accessUnits(await whole) : ivfFrames(await whole);
  // RTP carries no temporal delimiters: https://aomediacodec.github.io/av1-rtp-spec/#5-packetization-rules
  const payloads = codec === 'av1' ? frames.map((frame) => frame.subarray(2)) : frames;
  return payloads.map((payload, number) => ({
    ...{ atUs: Math.round((fromMs + (number * 1000) / fps) * 1000), payload, keyFrame: number === 0 },
    ...{ width: number === 0 ? width : 0, height: number === 0 ? height : 0, afterGap: false },
  }));
}

function drawn({ width, height, fps, fromMs, flashes = [], patch = 90 }: Film, number: number): Buffer {
  const atMs = fromMs + (number * 1000) / fps;
  const isFlash = flashes.some((flash) => atMs > flash - 1 && atMs < flash + FLASH_MS);
  const bits = (number * 16 + checkOf(number)).toString(2).padStart(24, '0');
  const rows = [`1${bits.slice(0, 12)}`, `0${bits.slice(12)}`];
  const lines = [
    ...rows.map((cells) => lineOf(width, (x) => (cells[Math.floor((x * 13) / width)] === '1' ? 230 : 25))),
  ];
  const below = lineOf(width, (x) => (x < 0.3 * width ? (isFlash ? 235 : patch) : 60));
  const upper = lineOf(width, () => 60);
  return Buffer.concat(
    Array.from({ length: height }, (_, y) => {
      if (y < height / 4) return lines[Math.floor((y * 8) / height)] ?? upper;
      return y < 0.3 * height ? upper : below;
    }),
  );
}

function lineOf(width: number, shade: (x: number) => number): Buffer {
  return Buffer.from(Uint8Array.from({ length: width }, (_, x) => shade(x)));
}

/** https://wiki.multimedia.cx/index.php/Duck_IVF: a header of 32 bytes, then each frame with its size and time in 12. */
function ivfFrames(file: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 32; at + 12 <= file.length;) {
    const end = at + 12 + file.readUInt32LE(at);
    frames.push(file.subarray(at + 12, end));
    at = end;
  }
  return frames;
}

/** Each begins with its delimiter. */
function accessUnits(file: Buffer): Buffer[] {
  const delimiter = Buffer.from([0, 0, 0, 1, 9]);
  const starts: number[] = [];
  for (let at = file.indexOf(delimiter); at >= 0; at = file.indexOf(delimiter, at + 1)) starts.push(at);
  return starts.map((start, place) => file.subarray(start, starts[place + 1]));
}

/** The mix of a meeting in which somebody hums, and beeps at those times, as WAV of 48 kHz. */
export function recorded(durationMs: number, beeps: readonly number[]): Buffer {
  const rate = 48_000;
  const samples = Int16Array.from({ length: (durationMs * rate) / 1000 }, (_, index) => {
    const atMs = (index * 1000) / rate;
    const isTone = beeps.some((beep) => atMs >= beep && atMs < beep + 100);
    const hum = 300 * Math.sin((2 * Math.PI * 220 * index) / rate);
    return hum + (isTone ? 12_000 * Math.sin((2 * Math.PI * 1000 * index) / rate) : 0);
  });
  const header = Buffer.alloc(44);
  header.write('RIFF', 0).toString();
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return Buffer.concat([header, Buffer.from(samples.buffer)]);
}
