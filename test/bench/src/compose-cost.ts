import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrackFrame, TrackKind } from '@earshot/contract/media/v1/video.ts';
import { MINUTE, SECOND, silentLog, type AccountId, type BotId, type VideoLayout } from '@earshot/kernel';
import type { MediaClient } from '../../../services/composer/src/making/maker.ts';
import { makeVideo } from '../../../services/composer/src/making/video.ts';
import { systemClock } from '@earshot/service';

/** What composing costs: seconds for a minute of the meeting, and processors that were busy meanwhile. */
export interface ComposeCost {
  readonly seconds_per_minute: number;
  readonly cores: number;
  readonly meeting_minutes: number;
}

/** What is encoded once; packets are repeated for the length of the meeting. */
const FILM_SECONDS = 20;

interface Camera {
  readonly id: string;
  readonly kind: TrackKind;
  readonly codec: 'vp8' | 'vp9';
  readonly source: string;
  readonly fps: number;
}

const cameras: readonly Camera[] = [
  { id: 'one', kind: TrackKind.WEBCAM, codec: 'vp8', source: 'testsrc2=s=640x360:r=25', fps: 25 },
  { id: 'two', kind: TrackKind.WEBCAM, codec: 'vp8', source: 'testsrc=s=640x360:r=25', fps: 25 },
  { id: 'three', kind: TrackKind.WEBCAM, codec: 'vp9', source: 'mandelbrot=s=640x360:r=25', fps: 25 },
  { id: 'screen', kind: TrackKind.SCREEN_SHARE, codec: 'vp8', source: 'testsrc=s=1280x720:r=5', fps: 5 },
];

/** Composes a meeting of three cameras, one of whom shares a screen in the second half, from packets on. */
export async function measureCompose({ minutes = 3, layout = 'grid' as VideoLayout } = {}): Promise<ComposeCost> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-compose-'));
  try {
    const durationMs = minutes * MINUTE;
    const media = await meeting(folder, durationMs);
    const [kept, scratch] = [join(folder, 'kept'), join(folder, 'scratch')];
    for (const each of [kept, scratch]) await mkdir(each);
    const [startedAt, cpuBefore] = [performance.now(), await cpuSeconds()];
    const key = { botId: randomUUID() as BotId, kind: 'video', layout } as const;
    const job = {
      ...{ ...key, accountId: 'bench' as AccountId, isOrdered: true, progress: 0, attempts: 1 },
      state: 'running' as const,
      ...{ detail: '', createdAt: 0, finishedAt: undefined, artifactId: '' },
    } as const;
    const signal = new AbortController().signal;
    const deps = { media, threads: 2, clock: systemClock, log: silentLog };
    const outcome = await makeVideo(deps, { job, kept, scratch, signal, onProgress: () => {} });
    if (outcome.state !== 'ready') throw new Error(`it was not composed: ${outcome.detail}`);
    const seconds = (performance.now() - startedAt) / SECOND;
    const used = (await cpuSeconds()) - cpuBefore;
    const rounded = (value: number) => Math.round(value * 100) / 100;
    return {
      ...{ seconds_per_minute: rounded(seconds / minutes), cores: rounded(used / seconds), meeting_minutes: minutes },
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A media-streamer that has one meeting, in memory. */
async function meeting(folder: string, durationMs: number): Promise<MediaClient> {
  const films = new Map<string, TrackFrame[]>();
  for (const camera of cameras) films.set(camera.id, await film(folder, camera));
  const wav = join(folder, 'mix.wav');
  const source = `sine=frequency=300:sample_rate=48000:duration=${durationMs / SECOND}`;
  ffmpeg(['-f', 'lavfi', '-i', source, '-ac', '1', wav]);
  const known = {
    getRecording: async () => ({ durationMs, paused: [] }),
    getParticipants: async () => ({
      participants: cameras.slice(0, 3).map(({ id }) => ({
        ...{ participantId: id, name: `Participant ${id}`, trackIds: [], stays: [{ joinedMs: 0, leftMs: 0 }] },
      })),
    }),
    getSpeakerTimeline: async () => ({
      intervals: Array.from({ length: durationMs / 10_000 }, (_, turn) => ({
        ...{ participantId: cameras[turn % 3]?.id ?? '', fromMs: turn * 10_000, toMs: turn * 10_000 + 9000 },
      })),
    }),
    listTracks: async () => ({
      tracks: cameras.map(({ id, kind, codec }) => ({ trackId: id, participantId: id, kind, codec, droppedFrames: 0 })),
    }),
    async *readTrack({ trackId }: { trackId: string }) {
      const { fps = 25, kind } = cameras.find(({ id }) => id === trackId) ?? {};
      const [frames, fromMs] = [films.get(trackId) ?? [], kind === TrackKind.SCREEN_SHARE ? durationMs / 2 : 0];
      const count = ((durationMs - fromMs) * fps) / SECOND;
      for (let number = 0; number < count; number++) {
        const frame = frames[number % frames.length];
        if (frame) yield { frames: [{ ...frame, atUs: fromMs * 1000 + Math.round((number * 1_000_000) / fps) }] };
      }
    },
    async *readRecording() {
      yield { chunk: await readFile(wav) };
    },
    async *storeArtifact(messages: AsyncIterable<unknown>) {
      for await (const _ of messages);
      yield {};
    },
  };
  return known as unknown as MediaClient;
}

/** IVF: a header of 32 bytes, then each frame with its size in the first 4 of 12. */
async function film(folder: string, { id, codec, source }: Camera): Promise<TrackFrame[]> {
  const path = join(folder, `${id}.ivf`);
  const encoder = codec === 'vp8' ? 'libvpx' : 'libvpx-vp9';
  const quick = ['-deadline', 'realtime', '-cpu-used', '8', '-g', '9999', '-b:v', '600k'];
  ffmpeg([
    '-f',
    'lavfi',
    '-i',
    source,
    '-t',
    String(FILM_SECONDS),
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    encoder,
    ...quick,
    path,
  ]);
  const file = await readFile(path);
  const frames: TrackFrame[] = [];
  for (let at = 32; at + 12 <= file.length;) {
    const end = at + 12 + file.readUInt32LE(at);
    const [width, height] = [file.readUInt16LE(12), file.readUInt16LE(14)];
    const keyFrame = frames.length === 0;
    frames.push(TrackFrame.fromPartial({ payload: file.subarray(at + 12, end), keyFrame, width, height }));
    at = end;
  }
  return frames;
}

function ffmpeg(args: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args]);
}

/** Of this process and of those that it started and that have ended: proc(5), in hundredths of a second on Linux. */
async function cpuSeconds(): Promise<number> {
  const text = await readFile('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / 100;
}
