import { execFileSync } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CompositionKind, CompositionState } from '@earshot/contract/composer/v1/composer.ts';
import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { TrackKind } from '@earshot/contract/media/v1/video.ts';
import { eventually, measureAvOffset, readCounter } from '@earshot/harness';
import { createCompositions } from '../../../services/composer/src/store/compositions.ts';
import { inGrid } from '../../../services/composer/src/layout/arrange.ts';
import { audioOnly, type AccountId, type BotId } from '@earshot/kernel';
import { filmed, recorded } from './film.ts';
import { openGround } from './fixture.ts';
import { startStandIns, type StandInTrack } from './stand-ins.ts';

const DURATION_MS = 30_000;
const flashes = Array.from({ length: 18 }, (_, place) => 1500 + place * 1500);
const webcam = { kind: TrackKind.WEBCAM, width: 320, height: 180, fps: 15, flashes };
const signal = () => AbortSignal.timeout(90_000);

/** Names are anybody's to choose. */
const people: Readonly<Record<string, string>> = {
  ...{ a: 'Ann Archer', b: "Ben %{x}':[0]\\ {}", c: 'Çelik Şahin', d: 'Dora without a camera' },
};

let parts: AsyncDisposableStack;
let standIns: Awaited<ReturnType<typeof startStandIns>>;
let ground: Awaited<ReturnType<typeof openGround>>;
let tracks: readonly StandInTrack[];

beforeAll(async () => {
  parts = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'earshot-kept-'));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const track = async (
    trackId: string,
    participantId: string,
    film: Parameters<typeof filmed>[0] & { kind: TrackKind },
  ) => ({
    ...{ trackId, participantId, kind: film.kind, codec: film.codec, frames: await filmed(film) },
  });
  const screen = { kind: TrackKind.SCREEN_SHARE, width: 640, height: 360, fps: 5 };
  tracks = await Promise.all([
    track('cam-a', 'a', { ...webcam, codec: 'vp8', fromMs: 400, toMs: DURATION_MS }),
    track('cam-b', 'b', { ...webcam, codec: 'vp9', fromMs: 1000, toMs: 24_000 }),
    track('cam-c', 'c', { ...webcam, codec: 'h264', fromMs: 0, toMs: DURATION_MS }),
    track('screen', 'b', { ...screen, codec: 'vp8', fromMs: 12_000, toMs: 18_000 }),
  ]);
  // What anybody may send: bytes that no decoder reads, and that are no packets either.
  const garbage = Array.from({ length: 50 }, (_, number) => ({
    ...{
      atUs: number * 40_000,
      payload: randomBytes(300),
      keyFrame: number === 0,
      width: 0,
      height: 0,
      afterGap: false,
    },
  }));
  const broken = (codec: string) => ({
    ...{ trackId: `broken-${codec}`, participantId: 'd', kind: TrackKind.WEBCAM, codec, frames: garbage },
  });
  standIns = parts.use(
    await startStandIns(folder, {
      plan: { ...audioOnly, layout: 'grid', separateVideo: true },
      durationMs: DURATION_MS,
      wav: recorded(DURATION_MS, flashes),
      people,
      tracks: [...tracks, ...['vp8', 'vp9', 'h264', 'av1'].map(broken)],
      speaking: [
        { participantId: 'a', fromMs: 0, toMs: 20_000 },
        { participantId: 'c', fromMs: 20_000, toMs: 25_000 },
      ],
      paused: [{ fromMs: 27_000, toMs: 29_000 }],
    }),
  );
  ground = parts.use(await openGround(standIns.peers));
});
afterAll(() => parts[Symbol.asyncDispose]());

type Composer = Awaited<ReturnType<typeof ground.start>>;
const stateOf = async ({ client }: Composer, botId: string) => {
  const { compositions } = await client.listCompositions({ botId });
  return new Map(compositions.map((composition) => [composition.kind, composition]));
};

it('composes what was ordered, goes on after a kill with what was finished, and stores it whole', async () => {
  const botId = randomUUID();
  const kept = join(ground.folder, botId, 'video-grid', 'kept');
  {
    await using first = await ground.start();
    await ground.publish(botId, { $case: 'tracksReady', value: { videoTracks: 4 } });
    const isThere = async () => (await readdir(kept).catch((): string[] => [])).includes('piece-00000.mp4');
    await eventually(isThere, { signal: signal(), everyMs: 20 });
    await first.kill();
    // Nor does what it had started go on: it would write into the files of whoever goes on.
    await eventually(async () => !(await processesWith(botId)), { signal: signal() });
  }
  const finished = await stat(join(kept, 'piece-00000.mp4'));
  const readsBefore = standIns.reads.length;
  await using second = await ground.start();
  const isClaimed = async () => (await stateOf(second, botId)).get(CompositionKind.VIDEO)?.attempts === 2;
  await eventually(isClaimed, { signal: signal() });
  expect((await stat(join(kept, 'piece-00000.mp4'))).mtimeMs).toBe(finished.mtimeMs);
  expect(await ground.factOf(botId, signal())).toEqual({
    $case: 'videoReady',
    value: { layout: VideoLayout.GRID, ordered: true, artifactId: 'video-grid', durationMs: DURATION_MS },
  });
  const areReady = async () =>
    Array.from((await stateOf(second, botId)).values()).every(({ state }) => state === CompositionState.READY);
  await eventually(areReady, { signal: signal() });
  // The tracks that the first one had read are not read again for the video: those of the files of single cameras are.
  expect(standIns.reads.length - readsBefore).toBeLessThanOrEqual(tracks.length + 8);
  const isGone = async () => !(await readdir(ground.folder)).includes(botId);
  await eventually(isGone, { signal: signal() });

  const { info, path } = standIns.keptOf(botId).get('video-grid')!;
  expect(info).toMatchObject({ durationMs: DURATION_MS, width: 1280, height: 720, frames: 750, droppedFrames: 12 });
  expect(complaintsOf(path)).toBe('');
  expect(probe(path)).toMatchObject({
    video: { codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', nb_frames: '750', start_time: '0.000000' },
    audio: { codec_name: 'aac', start_time: '0.000000' },
  });
  await expectInTime(path);
  for (const name of ['webcam-0-0', 'webcam-1-0', 'webcam-2-0', 'screen-share-0-0']) expectAsItCame(botId, name);
}, 120_000);

/** Sound and pictures belong together, from the beginning to the end. */
async function expectInTime(path: string): Promise<void> {
  const [ann] = inGrid(Array.from({ length: 4 }, () => ({ personId: '', trackId: '', name: '' })));
  const { x, y, w, h } = ann!.picture;
  const [width, height] = [w / 2, h / 2];
  const crop = `crop=${w}:${h}:${x}:${y},scale=${width}:${height}`;
  const raw = decode(path, ['-map', '0:v', '-vf', crop, '-pix_fmt', 'gray', '-f', 'rawvideo']);
  const pictures = Array.from({ length: raw.length / (width * height) }, (_, number) => ({
    ...{ at: number * 40, width, height },
    pixels: raw.subarray(number * width * height, (number + 1) * width * height),
  }));
  const pcm = decode(path, ['-map', '0:a', '-ar', '16000', '-ac', '1', '-f', 's16le']);
  const samples = new Int16Array(pcm.buffer, pcm.byteOffset, pcm.length / 2);
  const { offsets } = await measureAvOffset(pictures, [{ at: 0, sampleRate: 16_000, samples }]);
  expect(offsets.length).toBeGreaterThan(8);
  const worst = Math.max(...offsets.map(({ offsetMs }) => Math.abs(offsetMs)));
  expect(worst).toBeLessThanOrEqual(80);
  // Each picture is that of its time: pieces that another process made included.
  for (const atMs of [3000, 8000, 11_000, 19_000, 22_000, 26_000]) {
    const number = readCounter(pictures[atMs / 40]!)!;
    expect(Math.abs(number - ((atMs - 400) * 15) / 1000)).toBeLessThanOrEqual(1);
  }
}

function expectAsItCame(botId: string, name: string): void {
  const { info, path } = standIns.keptOf(botId).get(name)!;
  const track = tracks.find(({ trackId }) => trackId === info.trackId)!;
  expect(info).toMatchObject({
    ...{ participantId: track.participantId, participantName: people[track.participantId], codec: track.codec },
    ...{ offsetMs: track.frames[0]!.atUs / 1000, frames: track.frames.length, droppedFrames: 3, segmentIndex: 0 },
    ...{ width: track.frames[0]!.width, contentType: track.codec === 'h264' ? 'video/mp4' : 'video/webm' },
  });
  expect(complaintsOf(path)).toBe('');
  const counted = ['-v', 'error', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', path];
  expect(Number(execFileSync('ffprobe', counted, { encoding: 'utf8' }))).toBe(track.frames.length);
}

it('ends a job whose bot is erased, with its process and its files, and refuses a later one', async () => {
  const botId = randomUUID();
  await using composer = await ground.start();
  const order = { botId, kind: CompositionKind.VIDEO, layout: VideoLayout.SPEAKER };
  expect(await composer.client.compose(order)).toMatchObject({ state: CompositionState.QUEUED });
  const isAtIt = async () => encodersOf(composer.pid).length > 0;
  await eventually(isAtIt, { signal: signal(), everyMs: 20 });
  expect(await composer.client.compose(order)).toMatchObject({ state: CompositionState.RUNNING });
  const { deletedObjects, totalObjects } = await composer.client.erase({ botId, final: false });
  expect(encodersOf(composer.pid)).toEqual([]);
  expect(deletedObjects).toBeGreaterThan(0);
  expect(totalObjects).toBe(deletedObjects);
  expect(await readdir(ground.folder)).not.toContain(botId);
  expect((await stateOf(composer, botId)).size).toBe(0);
  await expect(composer.client.compose(order)).rejects.toMatchObject({ code: 'failed-precondition' });
  expect(await composer.client.erase({ botId, final: true })).toEqual({ deletedObjects: 0, totalObjects });
  expect(standIns.keptOf(botId).size).toBe(0);
});

it('skips a video that was ordered of what was not recorded, and says so', async () => {
  const botId = randomUUID();
  await using composer = await ground.start();
  await ground.publish(botId, { $case: 'recordingMissing', value: { detail: 'storage_full' } });
  expect(await ground.factOf(botId, signal())).toEqual({
    $case: 'videoSkipped',
    value: { layout: VideoLayout.GRID, ordered: true, detail: 'storage_full' },
  });
  const states = await stateOf(composer, botId);
  expect([...states.keys()]).toEqual([CompositionKind.VIDEO]);
  await expect(
    composer.client.compose({ botId, kind: CompositionKind.VIDEO, layout: VideoLayout.UNSPECIFIED }),
  ).rejects.toMatchObject({
    code: 'invalid-argument',
  });
});

it('gives a job to one process at a time, and to another once its lease has run out', async () => {
  const compositions = createCompositions(ground.database);
  const botId = randomUUID() as BotId;
  const key = { botId, kind: 'mixed-opus', layout: undefined } as const;
  const waiting = {
    state: 'queued',
    progress: 0,
    attempts: 0,
    detail: '',
    finishedAt: undefined,
    artifactId: '',
  } as const;
  const about = { ...key, ...waiting, accountId: 'account' as AccountId, isOrdered: false, createdAt: 1000 };
  await ground.database.transaction((tx) => compositions.add(tx, about));
  const claim = (now: number, owner: string) =>
    compositions.claim(now, { owner, leaseUntil: now + 100, kinds: ['mixed-opus'] });
  const both = await Promise.all([claim(1000, 'one'), claim(1000, 'two')]);
  expect(both.filter((job) => job?.botId === botId)).toHaveLength(1);
  const owner = both[0] ? 'one' : 'two';
  const renew = (leaseUntil: number) => compositions.renew(key, { owner, leaseUntil, progress: 0.5 });
  expect(await renew(1200)).toBe(true);
  expect(await claim(1150, 'three')).toBeUndefined();
  expect(await compositions.claim(1300, { owner: 'four', leaseUntil: 1400, kinds: ['video'] })).toBeUndefined();
  expect(await claim(1300, 'three')).toMatchObject({ botId, attempts: 2, progress: 0.5 });
  expect(await renew(1400)).toBe(false);
  const end = { key, state: 'ready', detail: '', artifactId: 'x', at: 1400 } as const;
  const finish = (by: string) => ground.database.transaction((tx) => compositions.finish(tx, { ...end, owner: by }));
  expect([await finish(owner), await finish('three'), await finish('three')]).toEqual([false, true, false]);
});

/** Processes of ffmpeg below a process. */
function encodersOf(pid: number): string[] {
  const lines = execFileSync('ps', ['-e', '-o', 'ppid=,comm='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => new RegExp(`^\\s*${pid}\\s+ffmpeg`).test(line));
}

/** Whether a process has a text in its command. */
async function processesWith(text: string): Promise<boolean> {
  return execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' }).includes(text);
}

function decode(path: string, args: readonly string[]): Buffer {
  return execFileSync('ffmpeg', ['-v', 'error', '-i', path, ...args, '-'], { maxBuffer: 1024 * 1024 * 1024 });
}

function probe(path: string) {
  const text = execFileSync('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path], { encoding: 'utf8' });
  const { streams } = JSON.parse(text) as { streams: { codec_type: string }[] };
  return Object.fromEntries(streams.map((stream) => [stream.codec_type, stream]));
}

/** What a decoder complains of in the whole file. */
function complaintsOf(path: string): string {
  return execFileSync('sh', ['-c', 'ffmpeg -v error -i "$0" -f null - 2>&1', path], { encoding: 'utf8' });
}
