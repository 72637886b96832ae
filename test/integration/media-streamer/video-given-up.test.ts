import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FileBlobStore, type BlobStore } from '@earshot/blobs';
import { createOutbox, migrate, type Database } from '@earshot/db';
import { testDatabase } from '@earshot/harness';
import { FakeClock, SECOND, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { completeRecording } from '../../../services/media-streamer/src/actions/complete-recording.ts';
import { closeRecording } from '../../../services/media-streamer/src/actions/close-recording.ts';
import { endVisit } from '../../../services/media-streamer/src/actions/end-visit.ts';
import { openRecording } from '../../../services/media-streamer/src/actions/open-recording.ts';
import { videoPrefix } from '../../../services/media-streamer/src/domain/blob-keys.ts';
import type { VideoBatch, VideoFrame } from '../../../services/media-streamer/src/domain/video-frame.ts';
import { encodeMediaFact } from '../../../services/media-streamer/src/events/publish.ts';
import { Watchers } from '../../../services/media-streamer/src/live/watchers.ts';
import { StoreMemory } from '../../../services/media-streamer/src/record/store-memory.ts';
import { createParticipants } from '../../../services/media-streamer/src/store/participants.ts';
import { createRecordings } from '../../../services/media-streamer/src/store/recordings.ts';
import { createSpeeches } from '../../../services/media-streamer/src/store/speeches.ts';
import { createVideoSegments } from '../../../services/media-streamer/src/store/video-segments.ts';
import { createVideoStreams } from '../../../services/media-streamer/src/store/video-streams.ts';
import { createVideoTracks } from '../../../services/media-streamer/src/store/video-tracks.ts';
import type { VideoDeps } from '../../../services/media-streamer/src/video/deps.ts';
import { reapVideo } from '../../../services/media-streamer/src/video/video-reaper.ts';
import { VideoSessions } from '../../../services/media-streamer/src/video/video-sessions.ts';

vi.setConfig({ testTimeout: 20_000 });

const MEMORY = 100_000;

let database: Database;
let rootDir: string;
let store: FileBlobStore;
let clock: FakeClock;
let botId: BotId;
beforeAll(async () => {
  database = testDatabase('video-given-up');
  await migrate(database, resolve(import.meta.dirname, '../../../services/media-streamer/src/store/migrations'));
  rootDir = await mkdtemp(join(tmpdir(), 'video-given-up-'));
  store = new FileBlobStore({ rootDir });
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(rootDir, { recursive: true });
});
beforeEach(() => {
  clock = new FakeClock(Date.UTC(2026, 0, 1));
  botId = randomUUID() as BotId;
});

/** What the video of a process is made of; it never asks for the rest. */
function depsOf(over: Partial<VideoDeps> = {}): VideoDeps {
  const deps: Partial<VideoDeps> = {
    database,
    recordings: createRecordings(database),
    participants: createParticipants(database),
    speeches: createSpeeches(database),
    videoStreams: createVideoStreams(database),
    videoTracks: createVideoTracks(database),
    videoSegments: createVideoSegments(database),
    outbox: createOutbox(encodeMediaFact),
    blobs: store,
    checkStore: async () => {},
    clock,
    log: silentLog,
    wake: () => {},
    owner: randomUUID(),
    videoMemory: new StoreMemory(MEMORY),
    hasVideoRoom: async () => true,
    onVideoStored: () => {},
    watchers: new Watchers(),
    storeWaitMs: 60_000,
    ...over,
  };
  return deps as VideoDeps;
}

async function begin(deps: VideoDeps, hasVideo = true): Promise<void> {
  const ids = { botId, accountId: 'account' as AccountId, epoch: 1, owner: deps.owner };
  await openRecording(deps, { ...ids, startedAt: clock.now(), mixedSamples: 0, hasVideo });
}

async function endRecording(deps: VideoDeps): Promise<void> {
  await database.transaction((tx) =>
    endVisit(deps, tx, {
      ...{ botId, accountId: 'account' as AccountId, at: clock.now() },
      ...{ isAwaited: true, wasInMeeting: true, isRecordingPending: false },
    }),
  );
  await closeRecording(deps, { botId, durableSamples: 48_000 });
  await completeRecording(deps, { botId, file: { bytes: 1, sha256: '' } });
}

async function facts(): Promise<string[]> {
  const rows = await database.knex<{ subject: string }>('outbox').where('subject', 'like', `media.${botId}.%`);
  return rows.map(({ subject }) => subject.split('.')[2] ?? '');
}

const peer = { acknowledge: () => {}, requestKeyFrame: () => {}, end: () => {} };
const frame = (index: number, over: Partial<VideoFrame> = {}) => ({
  ...{ trackId: 'v1', codec: 'vp8' as const, payload: Buffer.alloc(1000), rtpTimestamp: index * 3600 },
  ...{ arrivedMs: index * 40, isKey: index % 50 === 0, width: 640, height: 360, ...over },
});
const batchOf = (sequence: number, frames: VideoBatch['frames']): VideoBatch => ({
  ...{ sequence, clockMs: sequence * 1000, frames, changes: [], gaps: [] },
});
const second = (number: number) => Array.from({ length: 25 }, (_, index) => frame((number - 1) * 25 + index));

it('tells the tracks with the recording where no video was announced', async () => {
  const deps = depsOf();
  await begin(deps, false);
  await endRecording(deps);
  expect(await facts()).toEqual(['recording-ready', 'tracks-ready']);
});

it('gives up video that nobody sends a minute after the end, and tells the tracks once, whoever looks', async () => {
  const deps = depsOf();
  await begin(deps);
  await endRecording(deps);
  await using videos = new VideoSessions(deps);
  await clock.advance(59 * SECOND);
  await reapVideo({ ...deps, videos });
  expect(await facts()).toEqual(['recording-ready']);
  await clock.advance(SECOND);
  const another = depsOf();
  await using others = new VideoSessions(another);
  await Promise.all([reapVideo({ ...deps, videos }), reapVideo({ ...another, videos: others })]);
  await reapVideo({ ...deps, videos });
  expect(await facts()).toEqual(['recording-ready', 'tracks-ready']);
  await expect(videos.open({ botId, epoch: 1 })).rejects.toMatchObject({ code: 'failed-precondition' });
});

it('keeps what a joiner left that did not come back', async () => {
  const deps = depsOf();
  await begin(deps);
  await using videos = new VideoSessions(deps);
  const session = await videos.open({ botId, epoch: 1 });
  session.attach(peer);
  session.accept(peer, batchOf(1, second(1)));
  session.detach(peer);
  await endRecording(deps);
  await clock.advance(61 * SECOND);
  await reapVideo({ ...deps, videos });
  await session.finish();
  expect(await facts()).toEqual(['recording-ready', 'tracks-ready']);
  expect(await deps.videoTracks.list(botId)).toMatchObject([{ trackId: 'v1', frames: 25, droppedFrames: 0 }]);
});

it('has bounded memory while the store takes its time: what does not fit is dropped to the next key frame, and counted', async () => {
  const gate = Promise.withResolvers<void>();
  const slow: Pick<BlobStore, 'put'> = {
    async put(...args) {
      await gate.promise;
      return store.put(...args);
    },
  };
  const blobs: BlobStore = {
    ...slow,
    get: store.get.bind(store),
    head: store.head.bind(store),
    list: store.list.bind(store),
    delete: store.delete.bind(store),
  };
  const deps = depsOf({ blobs });
  await begin(deps);
  await using videos = new VideoSessions(deps);
  const session = await videos.open({ botId, epoch: 1 });
  session.attach(peer);
  // A hundred frames fit.
  for (let number = 1; number <= 20; number++) session.accept(peer, batchOf(number, second(number)));
  gate.resolve();
  await session.finish();
  expect(await deps.videoTracks.list(botId)).toMatchObject([{ frames: 100, droppedFrames: 400 }]);
  expect(deps.videoMemory.take(MEMORY)).toBe(true);
});

/** The store, until the process is killed: before or after it has put so many blobs. Nothing answers from then on. */
function storeUntil(count: number, when: 'before' | 'after'): BlobStore & { readonly killed: Promise<void> } {
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  let puts = 0;
  const never = new Promise<never>(() => {});
  return {
    ...{ killed, get: store.get.bind(store), head: store.head.bind(store) },
    ...{ list: store.list.bind(store), delete: store.delete.bind(store) },
    async put(...args) {
      const isLast = ++puts === count;
      const blob = isLast && when === 'before' ? undefined : await store.put(...args);
      if (isLast) kill();
      return blob && !isLast ? blob : never;
    },
  };
}

it('is gone on with by the next process wherever one is killed, with each frame once and no blob too many', async () => {
  const batches = Array.from({ length: 9 }, (_, index) => {
    const frames = second(index + 1);
    return batchOf(index + 1, [...frames, ...frames.map((each) => ({ ...each, trackId: 'v2' }))]);
  });
  for (let count = 1; count <= 6; count++) {
    for (const when of ['before', 'after'] as const) {
      botId = randomUUID() as BotId;
      const blobs = storeUntil(count, when);
      const deps = depsOf({ blobs, videoMemory: new StoreMemory(10 * MEMORY) });
      await begin(deps);
      const killed = await new VideoSessions(deps).open({ botId, epoch: 1 });
      killed.attach(peer);
      for (const batch of batches) killed.accept(peer, batch);
      killed.detach(peer);
      await blobs.killed;

      const next = depsOf({ videoMemory: new StoreMemory(10 * MEMORY) });
      await using videos = new VideoSessions(next);
      const session = await videos.open({ botId, epoch: 1 });
      session.attach(peer);
      for (const batch of batches.slice(session.nextSequence - 1)) session.accept(peer, batch);
      await session.finish();
      const fields = { frames: 225, droppedFrames: 0 };
      expect(await next.videoTracks.list(botId), `${when} ${count}`).toMatchObject([fields, fields]);
      const segments = await next.videoSegments.list(botId);
      expect(segments.reduce((sum, { frames }) => sum + frames, 0)).toBe(450);
      const keys: string[] = [];
      for await (const { key } of store.list(videoPrefix(botId))) keys.push(key);
      expect(keys.sort()).toEqual(segments.map(({ key }) => key).sort());
    }
  }
});
