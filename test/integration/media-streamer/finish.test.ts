import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { wavHeader } from '@earshot/audio';
import { FileBlobStore, type BlobStore } from '@earshot/blobs';
import { createOutbox, migrate, type Database } from '@earshot/db';
import { testDatabase } from '@earshot/harness';
import { AppError, FakeClock, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PART_SAMPLES } from '../../../services/media-streamer/src/domain/artifact-part.ts';
import {
  botPrefix,
  manifestKey,
  mixedAudioKey,
  segmentKey,
  segmentPrefix,
} from '../../../services/media-streamer/src/domain/blob-keys.ts';
import { SEGMENT_SAMPLES } from '../../../services/media-streamer/src/domain/recording.ts';
import { encodeMediaFact } from '../../../services/media-streamer/src/events/publish.ts';
import { recordedContent, type ArtifactContent } from '../../../services/media-streamer/src/record/artifact-content.ts';
import { DecodedParts } from '../../../services/media-streamer/src/record/decoded-parts.ts';
import { finishRecording, type FinishDeps } from '../../../services/media-streamer/src/record/finish-recording.ts';
import { createArtifactParts } from '../../../services/media-streamer/src/store/artifact-parts.ts';
import { createParticipants } from '../../../services/media-streamer/src/store/participants.ts';
import { createRecordings } from '../../../services/media-streamer/src/store/recordings.ts';
import { createVideoStreams } from '../../../services/media-streamer/src/store/video-streams.ts';
import { createVideoTracks } from '../../../services/media-streamer/src/store/video-tracks.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A part, and another of a segment and a half. */
const SAMPLES = PART_SAMPLES + 1.5 * SEGMENT_SAMPLES;
const now = Date.UTC(2026, 0, 1);
const type = { contentType: 'application/octet-stream' };

let database: Database;
let rootDir: string;
let store: FileBlobStore;
let deps: FinishDeps;
/** Each segment begins with a sound that no other has; the rest is silence, which costs the codec little. */
const soundAt = (index: number) => (index % SEGMENT_SAMPLES < 6000 ? (index * 7919) % 65_521 : 0);
const pcm = Buffer.from(Int16Array.from({ length: SAMPLES }, (_, index) => soundAt(index)).buffer);
const wav = Buffer.concat([wavHeader({ sampleRate: 48_000, channels: 1, bytes: pcm.length }), pcm]);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  database = testDatabase('finish');
  await migrate(database, resolve(import.meta.dirname, '../../../services/media-streamer/src/store/migrations'));
  rootDir = await mkdtemp(join(tmpdir(), 'finish-'));
  store = new FileBlobStore({ rootDir });
  deps = {
    database,
    recordings: createRecordings(database),
    participants: createParticipants(database),
    parts: createArtifactParts(database),
    videoStreams: createVideoStreams(database),
    videoTracks: createVideoTracks(database),
    outbox: createOutbox(encodeMediaFact),
    blobs: store,
    checkStore: async () => {},
    clock: new FakeClock(now),
    log: silentLog,
    wake: () => {},
  };
  for (let index = 0; index * SEGMENT_SAMPLES < SAMPLES; index++) {
    const bytes = pcm.subarray(index * SEGMENT_SAMPLES * 2, (index + 1) * SEGMENT_SAMPLES * 2);
    await store.put(segmentKey(template, index), bytes, type);
  }
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await rm(rootDir, { recursive: true });
});

const template = randomUUID() as BotId;

/** A recording whose audio is all in segments; they are links, which nobody writes to. */
async function closedRecording(over: { state?: 'finishing' | 'ready' } = {}): Promise<BotId> {
  const botId = randomUUID() as BotId;
  for await (const { key } of store.list(segmentPrefix(template))) {
    const path = join(rootDir, key.replace(template, botId));
    await mkdir(dirname(path), { recursive: true });
    await link(join(rootDir, key), path);
  }
  const position = { epoch: 1, shiftMs: 0, idPrefix: '', owner: '', durableSamples: SAMPLES, durableSequence: 1 };
  const rest = {
    endSamples: undefined,
    storeTrouble: undefined,
    receivedSamples: SAMPLES,
    missingSamples: 0,
    droppedItems: 0,
    bytes: 0,
    sha256: '',
  };
  const times = { startedAt: now, endedAt: now, pendingUntil: undefined };
  const ids = { botId, accountId: 'account' as AccountId };
  await database.transaction((tx) =>
    deps.recordings.save(tx, { ...ids, state: 'finishing', ...times, ...position, ...rest, ...over }, { now }),
  );
  return botId;
}

async function keysOf(botId: BotId): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(botPrefix(botId))) keys.push(key);
  return keys.sort();
}

async function read(botId: BotId, start = 0, end = Infinity): Promise<Buffer> {
  const content = await recordedContent(deps, botId);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.read({ start, end: Math.min(end, content.totalBytes - 1) })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function expectReady(botId: BotId, missingSamples = 0): Promise<void> {
  const recording = await deps.recordings.find(botId);
  expect(recording).toMatchObject({ state: 'ready', bytes: wav.length, missingSamples });
  const whole = await read(botId);
  expect(sha256(whole)).toBe(recording?.sha256);
  if (missingSamples === 0) expect(whole.equals(wav)).toBe(true);
  const facts = await database.knex<{ subject: string }>('outbox').where('subject', 'like', `media.${botId}.%`);
  expect(facts.map(({ subject }) => subject)).toEqual([
    `media.${botId}.recording-ready`,
    `media.${botId}.tracks-ready`,
  ]);
}

/** The store, until the process is killed: before or after it has changed something so many times. */
function storeUntil(count: number, when: 'before' | 'after', onChange: () => Promise<void>): BlobStore {
  let changes = 0;
  const changing = async <T>(change: () => Promise<T>): Promise<T> => {
    const isLast = ++changes >= count;
    if (isLast && when === 'before') throw new Error('killed');
    const result = await change();
    await onChange();
    if (isLast) throw new Error('killed');
    return result;
  };
  return {
    get: (key, range) => store.get(key, range),
    head: (key) => store.head(key),
    list: (prefix) => store.list(prefix),
    put: (...args) => changing(() => store.put(...args)),
    delete: (keys) => (keys.length === 0 ? store.delete(keys) : changing(() => store.delete(keys))),
  };
}

it('takes the room of one part, and is finished by the next process wherever it is killed', async () => {
  let killed = 0;
  for (const when of ['before', 'after'] as const) {
    for (let count = 1; ; count++) {
      const botId = await closedRecording();
      const mostBytes = pcm.length + PART_SAMPLES * 2 + 4096;
      const onChange = async () => {
        let bytes = 0;
        for await (const { size } of store.list(botPrefix(botId))) bytes += size;
        expect(bytes).toBeLessThan(mostBytes);
      };
      const ended = await finishRecording({ ...deps, blobs: storeUntil(count, when, onChange) }, botId).then(
        () => 'finished',
        (error: Error) => error.message,
      );
      if (ended === 'killed') killed++;
      else expect(ended).toBe('finished');
      await finishRecording(deps, botId);
      await expectReady(botId);
      // Two parts and a manifest, and nothing of the try before.
      expect((await keysOf(botId)).map((key) => key.split('/')[2])).toEqual(['audio', 'audio', 'manifest.json']);
      if (ended === 'finished') break;
    }
  }
  // Two parts, the removal of their segments, and the manifest.
  expect(killed).toBe(10);
});

it('gives any bytes of the WAV that it is', async () => {
  const botId = await closedRecording();
  await finishRecording(deps, botId);
  const border = 44 + PART_SAMPLES * 2;
  for (const [start, end] of [
    ...[
      [0, 0],
      [3, 50],
      [43, 44],
      [44, 44],
      [border - 1, border],
      [border - 70_000, border + 200_000],
    ],
    ...[
      [wav.length - 1, wav.length - 1],
      [wav.length - 5, wav.length + 5],
      [100, 99_999],
    ],
  ] as [number, number][]) {
    expect((await read(botId, start, end)).equals(wav.subarray(start, end + 1)), `${start}-${end}`).toBe(true);
  }
});

it('is made by two processes at once as by one', async () => {
  const botId = await closedRecording();
  await Promise.all([finishRecording(deps, botId), finishRecording(deps, botId), finishRecording(deps, botId)]);
  await expectReady(botId);
  const parts = await deps.parts.list(botId);
  expect(await keysOf(botId)).toEqual([...parts.map(({ key }) => key!), manifestKey(botId)].sort());
});

it('leaves the segments where they are when there is no room at all, and gives the same bytes', async () => {
  const botId = await closedRecording();
  let refused = 0;
  const full = async () => {
    refused++;
    throw new AppError('resource-exhausted', 'blob store is full');
  };
  const blobs: BlobStore = { ...storeUntil(Infinity, 'before', async () => {}), put: full };
  await finishRecording({ ...deps, blobs }, botId);
  await expectReady(botId);
  // One part was tried, and the manifest.
  expect(refused).toBe(2);
  expect(await keysOf(botId)).toHaveLength(32);
  const border = 44 + PART_SAMPLES * 2;
  for (const [start, end] of [
    [30, 60],
    [44 + 191_999, 44 + 192_000],
    [border - 7, border + 7],
  ] as const) {
    expect((await read(botId, start, end)).equals(wav.subarray(start, end + 1)), `${start}-${end}`).toBe(true);
  }
});

it('tells a part that is gone before the end as missing', async () => {
  const botId = await closedRecording();
  // Killed when the first part is written down and its segments are removed.
  const blobs = storeUntil(2, 'after', async () => {});
  await expect(finishRecording({ ...deps, blobs }, botId)).rejects.toThrow('killed');
  const [part] = await deps.parts.list(botId);
  expect(part).toMatchObject({ index: 0, samples: PART_SAMPLES, codec: 'flac', missingSamples: 0 });
  expect(part!.sha256).toBe(sha256(pcm.subarray(0, PART_SAMPLES * 2)));
  await store.delete([part!.key!]);
  await finishRecording(deps, botId);
  await expectReady(botId, PART_SAMPLES);
});

it('keeps the one file that an earlier release has made, ready or not', async () => {
  const ready = await closedRecording({ state: 'ready' });
  await store.put(mixedAudioKey(ready), wav, { contentType: 'audio/wav' });
  expect((await read(ready, 40, 100_000)).equals(wav.subarray(40, 100_001))).toBe(true);

  const unfinished = await closedRecording();
  await store.put(mixedAudioKey(unfinished), wav, { contentType: 'audio/wav' });
  await finishRecording(deps, unfinished);
  await expectReady(unfinished);
  expect(await keysOf(unfinished)).toEqual([mixedAudioKey(unfinished), manifestKey(unfinished)]);

  // It was killed while it removed the segments: what they lack is not missing.
  const cleared = await closedRecording();
  await store.put(mixedAudioKey(cleared), wav, { contentType: 'audio/wav' });
  await store.put(manifestKey(cleared), Buffer.from('{"missing_ms":20}'), { contentType: 'application/json' });
  await store.delete([segmentKey(cleared, 0), segmentKey(cleared, 7)]);
  await finishRecording(deps, cleared);
  await expectReady(cleared, 960);
});

it('reads parts that an earlier release stored as PCM, and segments that are parts, beside those that are FLAC', async () => {
  const botId = await closedRecording();
  const key = `${botPrefix(botId)}audio/mixed/000000-of-before.pcm`;
  const first = pcm.subarray(0, PART_SAMPLES * 2);
  await store.put(key, first, type);
  const before = {
    index: 0,
    samples: PART_SAMPLES,
    codec: 'pcm',
    key,
    sha256: sha256(first),
    missingSamples: 0,
  } as const;
  await database.transaction((tx) => deps.parts.add(tx, botId, before));
  await finishRecording(deps, botId);
  await expectReady(botId);
  expect((await deps.parts.list(botId)).map(({ codec }) => codec)).toEqual(['pcm', 'flac']);
  const manifest = JSON.parse(await readFile(join(rootDir, manifestKey(botId)), 'utf8')) as {
    files: [{ parts: object[] }];
  };
  expect(manifest.files[0].parts).toMatchObject([{ codec: 'pcm', key }, { codec: 'flac' }]);
});

it('gives an error that names the part, and no other sound, where one is not what it was', async () => {
  const botId = await closedRecording();
  await finishRecording(deps, botId);
  const [first = '', second = ''] = (await deps.parts.list(botId)).map(({ key }) => key);
  const intact = await readFile(join(rootDir, first));
  const flipped = Buffer.from(intact);
  flipped[intact.length >> 1]! ^= 1;
  const damages = [
    flipped,
    intact.subarray(0, intact.length - 40_000),
    await readFile(join(rootDir, second)),
    Buffer.from('no sound'),
  ];
  for (const damaged of damages) {
    await store.put(first, damaged, { contentType: 'audio/flac', ifAbsent: false });
    for (const [start, end] of [
      [0, 100],
      [44 + 192_000, 44 + 192_010],
      [0, Infinity],
    ] as const) {
      await expect(read(botId, start, end)).rejects.toMatchObject({ code: 'internal', fields: { key: first } });
    }
  }
  // What lies in the other part, or in none, is as it was.
  expect((await read(botId, 0, 43)).equals(wav.subarray(0, 44))).toBe(true);
  expect((await read(botId, 44 + PART_SAMPLES * 2)).equals(wav.subarray(44 + PART_SAMPLES * 2))).toBe(true);
});

it('decodes a part once for whoever reads it piece by piece', async () => {
  const botId = await closedRecording();
  await finishRecording(deps, botId);
  const reads: string[] = [];
  const get: BlobStore['get'] = (key, range) => {
    reads.push(key);
    return store.get(key, range);
  };
  const blobs: BlobStore = { ...storeUntil(Infinity, 'before', async () => {}), get };
  const content = await recordedContent({ ...deps, blobs, decodedParts: new DecodedParts() }, botId);
  const pieces = [0, 1, 2, 3, 4, 5, 6, 7].map((piece) => ({ start: 44 + piece * 999, end: 44 + piece * 999 + 998 }));
  await Promise.all(pieces.slice(0, 4).map(async (piece) => expectPiece(content, piece)));
  for (const piece of pieces) await expectPiece(content, piece);
  expect(reads).toHaveLength(1);
});

async function expectPiece(content: ArtifactContent, { start, end }: { start: number; end: number }): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.read({ start, end })) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(wav.subarray(start, end + 1))).toBe(true);
}

it('keeps speech in at most 60 % of its WAV, in a fraction of its time, while the process goes on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'finish-speech-'));
  const run = promisify(execFile);
  const words =
    'We met to talk about the budget of next year, and whether the office in Vienna opens before the summer.';
  await run('flite', ['-voice', 'slt', '-t', words, '-o', join(folder, 'speech.wav')]);
  // As it is mixed: from Opus at 48 kHz.
  const inFolder = { cwd: folder };
  await run('ffmpeg', ['-v', 'error', '-i', 'speech.wav', '-c:a', 'libopus', '-b:a', '32k', 'speech.opus'], inFolder);
  const asPcm = ['-ar', '48000', '-ac', '1', '-f', 's16le', 'speech.pcm'];
  await run('ffmpeg', ['-v', 'error', '-stream_loop', '-1', '-i', 'speech.opus', '-t', '63', ...asPcm], inFolder);
  const speech = await readFile(join(folder, 'speech.pcm'));
  await rm(folder, { recursive: true });
  const botId = await closedRecording();
  for (let index = 0; index * SEGMENT_SAMPLES < SAMPLES; index++) {
    const bytes = speech.subarray(index * SEGMENT_SAMPLES * 2, Math.min(SAMPLES, (index + 1) * SEGMENT_SAMPLES) * 2);
    await store.put(segmentKey(botId, index), bytes, { ...type, ifAbsent: false });
  }
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const started = performance.now();
  delays.enable();
  await finishRecording(deps, botId);
  delays.disable();
  const tookMs = performance.now() - started;
  const secondsAnHour = (tookMs * 48 * 3600) / SAMPLES;
  expect((await read(botId)).subarray(44).equals(speech.subarray(0, SAMPLES * 2))).toBe(true);
  let stored = 0;
  for await (const { size } of store.list(botPrefix(botId))) stored += size;
  const share = stored / wav.length;
  const longestMs = delays.max / 1e6;
  process.stdout.write(`${JSON.stringify({ share, secondsAnHour, longestMs, mbAnHour: share * 345.6 })}\n`);
  expect(share).toBeLessThan(0.6);
  // What a part takes in one piece would be half of it.
  expect(longestMs).toBeLessThan(tookMs / 3);
});
