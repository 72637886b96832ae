import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Region } from './video-counter.ts';
import type { TimedPicture } from './av-offset.ts';

const run = promisify(execFile);

/** What a media file has in it, as ffprobe reads it. */
interface Probe {
  readonly durationMs: number;
  readonly format: string;
  readonly streams: readonly {
    readonly kind: 'video' | 'audio';
    readonly codec: string;
    readonly width: number | undefined;
    readonly height: number | undefined;
    readonly sampleRate: number | undefined;
    readonly channels: number | undefined;
  }[];
}

interface ProbeAnswer {
  readonly format: { readonly duration?: string; readonly format_name: string };
  readonly streams: readonly {
    readonly codec_type: 'video' | 'audio';
    readonly codec_name: string;
    readonly width?: number;
    readonly height?: number;
    readonly sample_rate?: string;
    readonly channels?: number;
  }[];
}

/** Throws for what is no media file. */
export async function probeMedia(path: string): Promise<Probe> {
  const asked = ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', path];
  const { format, streams } = JSON.parse((await run('ffprobe', asked)).stdout) as ProbeAnswer;
  return {
    durationMs: Math.round(Number(format.duration ?? 0) * 1000),
    format: format.format_name,
    streams: streams.map((stream) => ({
      ...{ kind: stream.codec_type, codec: stream.codec_name, width: stream.width, height: stream.height },
      sampleRate: stream.sample_rate === undefined ? undefined : Number(stream.sample_rate),
      channels: stream.channels,
    })),
  };
}

/** Decodes a whole file; answers what ffmpeg finds wrong with it, nothing where it is clean. */
export async function mediaErrors(path: string): Promise<string> {
  // In the file's own times: those of a guessed frame rate put what came in a burst on top of each other.
  const { stderr } = await run('ffmpeg', ['-v', 'error', '-i', path, '-enc_time_base', '-1', '-f', 'null', '-'], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stderr.trim();
}

/** 16-bit mono of a file's audio. */
export async function decodeAudio(path: string, { sampleRate = 48_000 } = {}): Promise<Int16Array> {
  const asked = ['-v', 'error', '-i', path, '-f', 's16le', '-ac', '1', '-ar', String(sampleRate), '-'];
  const { stdout } = await run('ffmpeg', asked, { encoding: 'buffer', maxBuffer: 1024 * 1024 * 1024 });
  return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.byteLength >> 1);
}

export interface PicturesOptions {
  /** From where on, and for how long, milliseconds of the file. */
  readonly fromMs?: number;
  readonly lastsMs?: number;
  /** Only this part of each picture. */
  readonly region?: Region;
  /** Pictures a second; all that the file has where it is not given. */
  readonly framesPerSecond?: number;
  /** Points across that each picture is scaled to; as it is where it is not given. */
  readonly width?: number;
}

/** Pictures of a file in colour, one by one, each with its time in the file. */
export async function* picturesOf(path: string, options: PicturesOptions = {}): AsyncGenerator<TimedPicture> {
  const { fromMs = 0, lastsMs, region, framesPerSecond, width } = options;
  const video = (await probeMedia(path)).streams.find(({ kind }) => kind === 'video');
  const whole = { width: video?.width ?? 0, height: video?.height ?? 0 };
  const part = region ? evenly(region) : { x: 0, y: 0, ...whole };
  const size = width === undefined ? part : { width, height: 2 * Math.round((width * part.height) / part.width / 2) };
  const filters = [
    ...(framesPerSecond === undefined ? [] : [`fps=${framesPerSecond}`]),
    `crop=${part.width}:${part.height}:${part.x}:${part.y}`,
    `scale=${size.width}:${size.height}`,
    'showinfo',
  ];
  const asked = ['-v', 'info', '-nostats', '-ss', String(fromMs / 1000), '-copyts', '-i', path];
  const until = lastsMs === undefined ? [] : ['-to', String((fromMs + lastsMs) / 1000)];
  const raw = ['-an', '-vf', filters.join(), '-vsync', '0', '-pix_fmt', 'rgb24', '-f', 'rawvideo', '-'];
  const child = spawn('ffmpeg', [...asked, ...until, ...raw], { stdio: ['ignore', 'pipe', 'pipe'] });
  const times: number[] = [];
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    const lines = said.split('\n');
    said = lines.pop() ?? '';
    for (const line of lines) {
      const [, time] = /pts_time:\s*(-?[\d.]+)/.exec(line) ?? [];
      if (time !== undefined) times.push(Number(time) * 1000);
    }
  });
  const bytes = size.width * size.height * 3;
  let waiting = Buffer.alloc(0);
  try {
    for await (const chunk of child.stdout) {
      waiting = Buffer.concat([waiting, chunk as Buffer]);
      while (waiting.length >= bytes) {
        const pixels = Uint8Array.from(waiting.subarray(0, bytes));
        waiting = waiting.subarray(bytes);
        // What a picture is called comes before the picture.
        yield { width: size.width, height: size.height, pixels, at: times.shift() ?? Number.NaN };
      }
    }
  } finally {
    child.kill('SIGKILL');
  }
}

/** Chroma has half the points. */
function evenly({ x, y, width, height }: Region): Region {
  const even = (value: number) => 2 * Math.round(value / 2);
  return { x: even(x), y: even(y), width: even(width), height: even(height) };
}
