import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SECOND } from '@earshot/kernel';
import { drawBackground, toPng } from '../layout/background.ts';
import { FRAME_RATE, type Scene } from '../layout/scene.ts';
import { buildGraph, type GraphTrack } from './graph.ts';
import { decoding } from './decoding.ts';
import { readOnly, runFfmpeg } from './run-ffmpeg.ts';
import { writeNames } from './write-names.ts';

/** What is finished is kept so far, seconds of the video: a process that is killed loses no more. */
const PIECE_SECONDS = 20;
const PIECE = /^piece-(\d{5})\.mp4$/;

/** A track and the file of all its packets, whose times are the recording's. */
export interface PictureFile extends GraphTrack {
  /** In ffmpeg's words. */
  readonly codec: string;
  readonly path: string;
}

export interface PiecesOptions {
  readonly scenes: readonly Scene[];
  readonly files: readonly PictureFile[];
  /** Where pieces are put when they are finished, and found. */
  readonly kept: string;
  readonly scratch: string;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** So much of the video is there, milliseconds. */
  readonly onProgress: (doneMs: number) => void;
}

/**
 * Composes what is not there yet of a video without sound, in one run of ffmpeg: a key frame of a camera may have to last for an hour, so what
 * begins in the middle has to read from far before it. Answers the pieces, in order.
 */
export async function composePieces(options: PiecesOptions): Promise<string[]> {
  const { scenes, kept } = options;
  const endMs = scenes.at(-1)?.toMs ?? 0;
  const first = await countPieces(kept);
  const fromMs = first * PIECE_SECONDS * SECOND;
  if (fromMs < endMs) await composeFrom(options, { first, fromMs, endMs });
  const count = await countPieces(kept);
  return Array.from({ length: count }, (_, place) => join(kept, nameOf(place)));
}

async function composeFrom(
  options: PiecesOptions,
  { first, fromMs, endMs }: { first: number; fromMs: number; endMs: number },
): Promise<void> {
  const { scenes, kept, scratch, threads, signal, onProgress } = options;
  const seen = new Set(scenes.flatMap(({ tiles, toMs }) => (toMs > fromMs ? tiles.map(({ trackId }) => trackId) : [])));
  const files = options.files.filter(({ id }) => seen.has(id));
  onProgress(fromMs);
  const graph = buildGraph(scenes, files, { fromMs });
  for (const [name, text] of graph.commands) await writeFile(join(scratch, name), text);
  const script = join(scratch, 'graph.txt');
  await writeFile(script, graph.script);
  const background = await writeBackground(scenes, { fromMs, scratch, signal });
  const pieces = join(scratch, 'pieces');
  await mkdir(pieces);
  const seek = fromMs > 0 ? ['-ss', String(fromMs / SECOND), '-noaccurate_seek'] : [];
  // What a process that is killed had finished is moved before the line of the next one is read.
  let moved: Promise<unknown> = Promise.resolve();
  await runFfmpeg({
    args: [
      ...[...readOnly, '-f', 'concat', '-safe', '0', '-i', background],
      ...files.flatMap(({ path, codec }) => [...decoding(codec), ...seek, '-i', path]),
      // Pictures that cannot be read are left out, however many.
      ...['-max_error_rate', '1', '-filter_complex_threads', '1', '-filter_complex_script', script, '-map', '[out]'],
      ...['-frames:v', String(Math.round(((endMs - fromMs) / SECOND) * FRAME_RATE)), '-r', String(FRAME_RATE)],
      ...encoding(threads),
      ...['-force_key_frames', `expr:gte(t,n_forced*${PIECE_SECONDS})`],
      ...['-f', 'segment', '-segment_time', String(PIECE_SECONDS), '-segment_start_number', String(first)],
      ...['-reset_timestamps', '1', '-segment_list', 'pipe:1', '-segment_list_type', 'csv'],
      ...['-progress', 'pipe:1', '-stats_period', '1', join(pieces, 'piece-%05d.mp4')],
    ],
    ...{ signal, folder: scratch },
    onLine(line) {
      const doneUs = /^out_time_us=(\d+)$/.exec(line)?.[1];
      if (doneUs) onProgress(fromMs + Number(doneUs) / 1000);
      const [name = ''] = line.split(',');
      if (PIECE.test(name)) moved = moved.then(() => rename(join(pieces, name), join(kept, name)));
    },
  });
  await moved;
}

/** Without frames that refer to later ones: each piece then begins at its zero, and they follow each other to the frame. */
function encoding(threads: number): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p', '-bf', '0'],
    ...['-threads', String(threads), '-video_track_timescale', '12800'],
  ];
}

/** The pictures behind all tracks, one a scene, as one input: https://ffmpeg.org/ffmpeg-formats.html#concat */
async function writeBackground(
  scenes: readonly Scene[],
  { fromMs, scratch, signal }: { fromMs: number; scratch: string; signal: AbortSignal },
): Promise<string> {
  const names = await writeNames(
    scenes.flatMap(({ tiles }) => tiles.map(({ name }) => name)),
    { folder: scratch, signal },
  );
  const known = new Set<string>();
  const lines = ['ffconcat version 1.0'];
  let last = '';
  for (const scene of scenes.filter(({ toMs }) => toMs > fromMs)) {
    const looks = scene.tiles.map(({ name, picture, bar }) => ({ name, picture, bar }));
    last = `scene-${createHash('sha256').update(JSON.stringify(looks)).digest('hex').slice(0, 20)}.png`;
    if (!known.has(last)) await writeFile(join(scratch, last), toPng(drawBackground(scene, names)));
    known.add(last);
    lines.push(`file ${last}`, `duration ${(scene.toMs - Math.max(fromMs, scene.fromMs)) / SECOND}`);
  }
  // The duration of a last picture counts only where another one follows.
  lines.push(`file ${last}`);
  const path = join(scratch, 'background.ffconcat');
  await writeFile(path, lines.join('\n'));
  return path;
}

/** How many pieces there are from the first one on without a gap. */
async function countPieces(folder: string): Promise<number> {
  const names = new Set(await readdir(folder));
  let count = 0;
  while (names.has(nameOf(count))) count++;
  return count;
}

function nameOf(place: number): string {
  return `piece-${String(place).padStart(5, '0')}.mp4`;
}
