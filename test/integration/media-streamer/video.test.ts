import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ReadTrackResponse,
  TrackKind,
  VideoCodec,
  VideoSource,
  type TrackFrame,
} from '@earshot/contract/media/v1/video.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { FileBlobStore } from '@earshot/blobs';
import { openDatabase } from '@earshot/db';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { decodeFrames } from '../../../services/media-streamer/src/domain/video-segment.ts';
import { batchesOf, framesOf, joined, Stream, type MediaClient } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';
import { picturesOf, videoBatchesOf, VideoStream, webcam } from './video-joiner.ts';

vi.setConfig({ testTimeout: 40_000 });

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const END_MS = 9000;
const batches = videoBatchesOf(
  [...picturesOf({ trackId: 'v1' }, END_MS), ...picturesOf({ trackId: 'v2', fromMs: 1000 }, END_MS)],
  END_MS,
  [webcam('v1', { participantId: 'p1' }), webcam('v2')],
);

/** The visit's audio, without which there is no video. */
async function beginAudio({ client = fixture.client, epoch = 1, video = true } = {}): Promise<Stream> {
  const startedAt = new Date(Date.UTC(2026, 0, 1) + (epoch - 1) * 60_000);
  const stream = new Stream(client, fixture.startOf({ video, epoch, startedAt }));
  await stream.resumed;
  return stream;
}

async function endAudio(stream: Stream): Promise<void> {
  stream.send(batchesOf(framesOf('t1', packetsOf('glide')), 4100));
  stream.finish(4100);
  await stream.ended;
}

async function beginVideo(client: MediaClient = fixture.client, epoch = 1): Promise<VideoStream> {
  const stream = new VideoStream(client, { botId: fixture.botId, epoch });
  await stream.resumed;
  return stream;
}

/** The numbers of a track's frames as they are stored. */
async function stored(trackId: string): Promise<number[]> {
  const { botId, config } = fixture;
  await using database = openDatabase(config.database);
  const store = new FileBlobStore({ rootDir: config.blobDir });
  const where = { bot_id: botId, track_id: trackId };
  const rows = await database.knex<{ blob_key: string }>('video_segments').where(where).orderBy('segment_index');
  const numbers: number[] = [];
  for (const { blob_key: key } of rows) {
    const chunks: Buffer[] = [];
    for await (const chunk of (await store.get(key)).stream) chunks.push(chunk as Buffer);
    numbers.push(...decodeFrames(Buffer.concat(chunks)).map(({ payload }) => Buffer.from(payload).readUInt32BE()));
  }
  return numbers;
}

async function trackRows() {
  await using database = openDatabase(fixture.config.database);
  const rows = await database.knex('video_tracks').orderBy('track_id');
  return rows as { track_id: string; frames: number; dropped_frames: number; from_ms: number; width: number }[];
}

const videoFolder = () => join(fixture.config.blobDir, 'bots', fixture.botId, 'video');
const first = (count: number) => Array.from({ length: count }, (_, index) => index);
const code = (expected: string) => expect.objectContaining({ code: expected });

it('stores every frame once, whatever breaks, and tells that the tracks are ready after the recording', async () => {
  const audio = await beginAudio();
  const video = await beginVideo();
  video.send(batches.slice(0, 25));
  // Two seconds are the first segment; what the stream leaves behind is stored as well.
  await video.acknowledges(20);
  await video.break();
  const again = await beginVideo();
  expect(await again.resumed).toBe(26);
  await again.acknowledges(25);
  again.send(batches.slice(20, 70));
  await again.acknowledges(66);
  await fixture.over(BotState.PROCESSING);
  await endAudio(audio);
  await fixture.said('recordingReady');
  expect(fixture.facts.map(({ $case }) => $case)).not.toContain('tracksReady');
  again.send(batches.slice(70));
  again.finish(END_MS);
  await again.ended;
  expect(again).toMatchObject({ isFinished: true, acknowledged: 90 });
  await fixture.said('tracksReady');
  expect(fixture.facts.map(({ $case }) => $case)).toEqual(['recordingReady', 'tracksReady']);
  expect(fixture.facts.at(-1)?.value).toEqual({ videoTracks: 2 });
  expect(await stored('v1')).toEqual(first(225));
  expect(await stored('v2')).toEqual(first(200));
  await expect(beginVideo()).rejects.toThrow(code('failed-precondition'));

  const files = await readdir(videoFolder());
  await fixture.client.erase({ botId: fixture.botId, final: false }).then(({ deletedObjects }) => {
    expect(deletedObjects).toBeGreaterThan(files.length);
  });
  await expect(readdir(videoFolder())).rejects.toThrow('ENOENT');
  await expect(beginVideo()).rejects.toThrow(code('failed-precondition'));
  expect(await trackRows()).toEqual([]);
});

const isA = (kind: TrackKind, trackId: string) => expect.objectContaining({ kind, trackId });

/** A track's frames as whoever processes recordings gets them. */
async function read(trackId: string): Promise<TrackFrame[]> {
  const frames: TrackFrame[] = [];
  for await (const message of fixture.client.readTrack({ botId: fixture.botId, trackId })) {
    expect(ReadTrackResponse.encode(message).finish().length).toBeLessThan(1_200_000);
    frames.push(...message.frames);
  }
  return frames;
}

it('gives the tracks of a finished recording, each frame in its place and told where others are missing', async () => {
  const { client, botId } = fixture;
  const large = picturesOf({ trackId: 'v1', bytes: 30_000, codec: VideoCodec.H264 }, END_MS);
  const screen = webcam('s1', { source: VideoSource.SCREEN_SHARE, participantId: 'stranger' });
  const small = picturesOf({ trackId: 's1', fromMs: 2000, codec: VideoCodec.AV1 }, 4000);
  const changes = [webcam('v1', { participantId: 'p1' }), screen];
  const audio = await beginAudio();
  const named = batchesOf(framesOf('t1', packetsOf('glide')), 4100);
  named[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  const video = await beginVideo();
  video.send(videoBatchesOf([...large, ...small], END_MS, changes));
  video.finish(END_MS);
  await video.ended;
  audio.send(named);
  await expect(client.listTracks({ botId })).rejects.toThrow(code('failed-precondition'));
  audio.finish(4100);
  await audio.ended;

  const { tracks } = await client.listTracks({ botId });
  expect(tracks).toEqual([isA(TrackKind.AUDIO, 't1'), isA(TrackKind.WEBCAM, 'v1'), isA(TrackKind.SCREEN_SHARE, 's1')]);
  expect(tracks.map((track) => [track.codec, track.participantId, track.fromMs, track.toMs])).toEqual([
    ['opus', 'p1', 0, 4020],
    ['h264', 'p1', 5, 8965],
    ['av1', '', 2005, 3965],
  ]);
  expect(tracks[1]).toMatchObject({ frames: 225, droppedFrames: 0, bytes: 225 * 30_000, width: 640, height: 360 });
  const camera = await read('v1');
  expect(camera.map(({ payload }) => payload.readUInt32BE())).toEqual(first(225));
  expect(camera.map(({ atUs }) => atUs)).toEqual(first(225).map((index) => 5000 + index * 40_000));
  expect(camera.filter(({ keyFrame }) => keyFrame)).toHaveLength(5);
  expect(camera.some(({ afterGap }) => afterGap)).toBe(false);
  const sound = await read('t1');
  expect(sound).toHaveLength(tracks[0]!.frames);
  expect(sound.map(({ atUs }) => atUs)).toEqual(sound.map((_, index) => index * 20_000));
  expect(Buffer.from(sound[7]!.payload).equals(packetsOf('glide')[7]!)).toBe(true);
  await expect(read('v9')).rejects.toThrow(code('not-found'));

  // One of several blobs that is gone or damaged costs its time, and what cannot be decoded without it.
  const names = (await readdir(videoFolder())).sort();
  const seconds = names.filter((name) => name.startsWith('00000001'));
  for (const name of seconds) await rm(join(videoFolder(), name));
  const left = await read('v1');
  expect(left.length).toBeLessThan(225);
  expect(left.filter(({ afterGap }) => afterGap)).toMatchObject([{ keyFrame: true }]);
  for (const name of names) await writeFile(join(videoFolder(), name), 'not what was stored');
  await expect(read('v1')).rejects.toThrow(code('not-found'));
});

it('loses nothing that was acknowledged, and stores nothing twice, where a process is killed', async () => {
  const other = await fixture.another();
  await other.serving;
  const audio = await beginAudio({ client: other.client });
  const video = await beginVideo(other.client);
  video.send(batches.slice(0, 70));
  await video.acknowledges(20);
  await other.kill();
  const { acknowledged } = video;
  await Promise.allSettled([audio.ended, video.ended]);
  // What it had stored and not committed when it was killed.
  await writeFile(join(videoFolder(), '00000007-stray.frames'), 'a face');

  const next = await beginAudio();
  const rest = await beginVideo();
  const from = await rest.resumed;
  expect(from).toBeGreaterThan(acknowledged);
  rest.send(batches.slice(from - 1));
  rest.finish(END_MS);
  await rest.ended;
  expect(await stored('v1')).toEqual(first(225));
  expect(await stored('v2')).toEqual(first(200));
  expect((await trackRows()).map(({ frames }) => frames)).toEqual([225, 200]);
  expect((await readdir(videoFolder())).filter((name) => name.includes('stray'))).toEqual([]);
  await fixture.over(BotState.PROCESSING);
  await endAudio(next);
  await fixture.said('tracksReady');
  expect(fixture.facts.map(({ $case }) => $case)).toEqual(['recordingReady', 'tracksReady']);
});

it('is there for the epoch whose audio has begun and for no other, and for nobody without a proof', async () => {
  const { client, botId } = fixture;
  const open = (epoch: number, assignmentToken?: string) =>
    new VideoStream(client, { botId, epoch, ...(assignmentToken !== undefined && { assignmentToken }) }).ended;
  await expect(open(1, 'forged')).rejects.toThrow(code('permission-denied'));
  await expect(open(1)).rejects.toThrow(code('unavailable'));
  await beginAudio({ video: false });
  await expect(open(1)).rejects.toThrow(code('failed-precondition'));
  await beginAudio({ epoch: 2 });
  const second = await beginVideo(client, 2);
  second.send(batches.slice(0, 25));
  await second.acknowledges(20);
  const third = await beginAudio({ epoch: 3 });
  await expect(open(2)).rejects.toThrow(code('failed-precondition'));
  const last = await beginVideo(client, 3);
  expect(await last.resumed).toBe(1);
  await expect(second.ended).rejects.toThrow(code('failed-precondition'));
  // What a hostile page may call its tracks costs the others nothing.
  const hostile = [randomBytes(4000).toString('hex'), 'v\0', ''].flatMap((trackId) => picturesOf({ trackId }, 100));
  last.send([{ ...batches[0]!, frames: [...hostile, ...batches[0]!.frames] }, ...batches.slice(1, 25)]);
  last.finish(2500);
  await last.ended;
  expect((await trackRows()).map((row) => [row.track_id, row.from_ms])).toEqual([
    ['epoch-2/v1', 60_005],
    ['epoch-2/v2', 61_005],
    [expect.stringMatching(/^epoch-3\/v.?$/), 120_005],
    ['epoch-3/v1', 120_005],
    ['epoch-3/v2', 121_005],
  ]);
  await endAudio(third);
});

it('drops video to the next key frame where the store is to be left to audio, asks for one where frames are missing, and keeps audio whole', async () => {
  const full = await fixture.another({ videoReserveMb: 1_000_000_000 });
  await full.serving;
  const audio = await beginAudio({ client: full.client });
  const video = await beginVideo(full.client);
  // Half a second of the first picture's group: what a decoder could not begin with.
  video.send(batches.slice(0, 6).map((batch, index) => (index === 0 ? { ...batch, frames: [] } : batch)));
  await video.until(() => video.keyFramesAsked.length > 0);
  video.send(batches.slice(6, 30));
  await video.acknowledges(20);
  expect(video.keyFramesAsked).toEqual(['v1']);
  await endAudio(audio);
  expect((await fixture.recording()).length).toBe(4100 * 48);
  expect(likeness(await decode(packetsOf('glide')), await fixture.recording()).likeness).toBeGreaterThan(0.99);
  await full.kill();

  const rest = await beginVideo();
  rest.send(batches.slice((await rest.resumed) - 1, 60));
  rest.finish(6000);
  await rest.ended;
  // From the next key frame on: frames behind one that was dropped could not be decoded.
  expect(await stored('v1')).toEqual(first(150).slice(100));
  expect((await trackRows())[0]).toMatchObject({ frames: 50, dropped_frames: 97 });
});
