import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { open, rm, truncate, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingState } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { rmsDb, SILENCE_DB } from '@earshot/audio';
import { openDatabase } from '@earshot/db';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BATCH_MS, batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { Listener } from './listener.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

const packets = packetsOf('glide');
const END_MS = 4100;
const segmentOf = ({ config, botId }: Fixture, index: number) =>
  join(config.blobDir, `bots/${botId}/audio/segments/${String(index).padStart(8, '0')}.pcm`);

describe('what is missing in a recording', () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await openFixture();
  });
  afterEach(() => fixture[Symbol.asyncDispose]());

  const ready = async () => {
    await fixture.over(BotState.PROCESSING);
    await fixture.said('recordingReady');
    return fixture.last('recordingReady')!.value;
  };

  it('is told where a stored segment is gone, with silence in its place', async () => {
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    const batches = batchesOf(framesOf('t1', packets), END_MS);
    stream.send(batches.slice(0, 110));
    await stream.acknowledges(70);
    await unlink(segmentOf(fixture, 0));
    stream.send(batches.slice(110));
    stream.finish(END_MS);
    await stream.ended;
    expect(await ready()).toMatchObject({ durationMs: END_MS, missingMs: 2000, detail: '' });
    const { missingMs, heardMs } = await fixture.client.getRecording({ botId: fixture.botId });
    expect(missingMs).toBe(2000);
    expect(heardMs).toBeGreaterThan(3900);
    const pcm = await fixture.recording();
    expect(rmsDb(pcm.subarray(0, 2000 * 48))).toBe(SILENCE_DB);
    expect(rmsDb(pcm.subarray(2000 * 48))).toBeGreaterThan(SILENCE_DB);
  });

  it('is a failure when it is all of it', async () => {
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    stream.send(batchesOf(framesOf('t1', packets.slice(0, 120)), 2500));
    await stream.acknowledges(70);
    await stream.break();
    await fixture.restart();
    await unlink(segmentOf(fixture, 0));
    await fixture.over(BotState.PROCESSING);
    await fixture.said('recordingMissing');
    expect(fixture.last('recordingMissing')).toMatchObject({
      value: { detail: 'what was recorded could not be kept' },
    });
    await expect(fixture.client.getRecording({ botId: fixture.botId })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('is what the joiner had to give up before it could hand it in', async () => {
    const batches = batchesOf(framesOf('t1', packets), END_MS);
    // As the joiner sends it: no sound, and the clock of what was acknowledged last.
    for (const batch of batches.slice(40, 80)) Object.assign(batch, { frames: [], clockMs: 1000, soundLost: true });
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    stream.send(batches);
    stream.finish(END_MS);
    await stream.ended;
    expect(await ready()).toMatchObject({ durationMs: END_MS, missingMs: 1025 });
  });

  it('is not silence: that no sound came at all is told where somebody was there', async () => {
    const batches = batchesOf([], END_MS);
    batches[0]!.participants = [joined('p1', 'Ann')];
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    stream.send(batches);
    stream.finish(END_MS);
    await stream.ended;
    expect(await ready()).toMatchObject({ durationMs: END_MS, missingMs: 0, detail: 'no_audio_received' });
    const recording = await fixture.client.getRecording({ botId: fixture.botId });
    expect(recording).toMatchObject({ state: RecordingState.READY, heardMs: 0, detail: 'no_audio_received' });
  });

  it('knows how much came of each track', async () => {
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    stream.send(batchesOf([...framesOf('t1', packets), ...framesOf('t2', packets.slice(0, 50))], END_MS));
    stream.finish(END_MS);
    await stream.ended;
    await using database = openDatabase(fixture.config.database);
    const rows = await database.knex<{ track_id: string; heard_samples: number }>('tracks').orderBy('track_id');
    expect(rows.map((row) => [row.track_id, row.heard_samples / 960])).toEqual([
      ['t1', packets.length],
      ['t2', 50],
    ]);
  });
});

/** A file system of its own, as small as that. Throws where this user may not make one. */
function mountSmallDisk(mib: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'media-streamer-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
}

function unmountDisk(folder: string): void {
  execFileSync('umount', [folder]);
  rmdirSync(folder);
}

function mayMount(): boolean {
  try {
    unmountDisk(mountSmallDisk(1));
    return true;
  } catch {
    return false;
  }
}

describe.runIf(mayMount())('a disk that is full', () => {
  let disk: string;
  let filler: string;
  let fixture: Fixture;
  let listener: Listener;
  beforeEach(async () => {
    disk = mountSmallDisk(16);
    filler = join(disk, 'filler');
    [fixture, listener] = await Promise.all([
      openFixture({ blobDir: join(disk, 'blobs'), storeBufferMb: 1 }),
      Listener.listen(),
    ]);
  });
  afterEach(async () => {
    await fixture[Symbol.asyncDispose]();
    await listener[Symbol.asyncDispose]();
    unmountDisk(disk);
  });

  /** Up to the last byte, but for those that are to be left. */
  async function fill({ leave = 0 } = {}): Promise<void> {
    await using file = await open(filler, 'w');
    let bytes = 0;
    for (const piece = Buffer.alloc(4096); ;) {
      try {
        bytes += (await file.write(piece)).bytesWritten;
      } catch {
        await truncate(filler, bytes - leave);
        return;
      }
    }
  }

  /** A visit whose end waits for room, and was told so: four seconds of it are stored. */
  async function endOnFullStore(): Promise<Stream> {
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    stream.send(batchesOf(framesOf('t1', packets), END_MS));
    await stream.acknowledges(150);
    await fill();
    stream.finish(END_MS);
    await fixture.over(BotState.PROCESSING);
    await fixture.said('recordingTrouble');
    return stream;
  }

  it('makes a recording ready without room for a copy of it', async () => {
    const stream = new Stream(fixture.client, fixture.startOf());
    await stream.resumed;
    stream.send(batchesOf(framesOf('t1', packets), END_MS));
    await stream.acknowledges(70);
    // The last, shorter segment and its packets; of the recording itself, which has 384 KiB, not a third.
    await fill({ leave: 96 * 1024 });
    stream.finish(END_MS);
    await stream.ended;
    await fixture.over(BotState.PROCESSING);
    await fixture.said('recordingReady');
    expect(fixture.last('recordingReady')).toMatchObject({ value: { durationMs: END_MS, missingMs: 0 } });
    const pcm = await fixture.recording();
    expect(pcm.length).toBe(END_MS * 48);
    expect(likeness(await decode(packets), pcm).likeness).toBeGreaterThan(0.99);
    const { deletedObjects } = await fixture.client.erase({ botId: fixture.botId, final: false });
    // Three segments, their packets, and the manifest: nothing was made of them.
    expect(deletedObjects).toBe(7);
  });

  it('tells that the end waits for room, with what is stored, and is whole once there is some', async () => {
    const stream = await endOnFullStore();
    expect(fixture.last('recordingTrouble')).toMatchObject({
      value: { detail: 'storage_full', keptMs: 4000, visitOver: true },
    });
    const waiting = await fixture.client.getRecording({ botId: fixture.botId });
    const state = RecordingState.RECORDING;
    expect(waiting).toMatchObject({ state, detail: 'storage_full', durationMs: 4000, missingMs: 0 });
    await rm(filler);
    await stream.ended;
    await fixture.said('recordingReady');
    expect(fixture.last('recordingReady')).toMatchObject({ value: { durationMs: END_MS, missingMs: 0, detail: '' } });
    expect(fixture.facts.filter(({ $case }) => $case === 'recordingTrouble')).toHaveLength(1);
    expect((await fixture.recording()).length).toBe(END_MS * 48);
  });

  it('is ready with what was stored, and says why it is cut, where the process that held the end is gone', async () => {
    const stream = await endOnFullStore();
    // The joiner is gone as well.
    await stream.break();
    await fixture.restart();
    await fixture.said('recordingReady');
    const cut = { durationMs: END_MS, missingMs: END_MS - 4000, detail: 'storage_full' };
    expect(fixture.last('recordingReady')).toMatchObject({ value: cut });
    const recording = await fixture.client.getRecording({ botId: fixture.botId });
    expect(recording).toMatchObject({ state: RecordingState.READY, ...cut });
  });

  it('holds up no live audio, loses nothing that fits in memory, and the rest is told as missing', async () => {
    const long = Array.from({ length: 4 }, () => packets).flat();
    const endMs = Math.ceil((long.length * 20 + 100) / BATCH_MS) * BATCH_MS;
    const stream = new Stream(fixture.client, fixture.startOf({ liveAudioSocketUrl: listener.url }));
    await stream.resumed;
    await fill();
    stream.send(batchesOf(framesOf('t1', long), endMs));
    const heardBytes = () =>
      listener.connections.flatMap((each) => each.messages).reduce((sum, { pcm }) => sum + pcm.length, 0);
    await listener.until(() => heardBytes() >= (endMs - 200) * 96 || undefined);
    expect(stream.acknowledged).toBe(0);
    await rm(filler);
    stream.finish(endMs);
    await stream.ended;
    await fixture.over(BotState.PROCESSING);
    await fixture.said('recordingReady');

    const pcm = await fixture.recording();
    const told = fixture.last('recordingReady')!.value as { durationMs: number; missingMs: number };
    // A megabyte holds five segments of two seconds; the last, shorter one may fit too.
    expect(told.durationMs).toBe(endMs);
    expect(told.missingMs).toBeGreaterThan(3000);
    expect(told.missingMs).toBeLessThan(endMs - 9000);
    const silent = Array.from({ length: Math.ceil(endMs / 2000) }, (_, index) =>
      pcm.subarray(index * 96_000, (index + 1) * 96_000),
    ).filter((segment) => rmsDb(segment) === SILENCE_DB);
    expect(silent.reduce((sum, segment) => sum + segment.length / 48, 0)).toBe(told.missingMs);
    expect(told).toMatchObject({ detail: 'storage_full' });
  });

  it('is waited for no longer than it is set to, and fails the recording where nothing of it is stored', async () => {
    const hasty = await openFixture({ blobDir: join(disk, 'other'), storeWaitMs: 1000 });
    try {
      const stream = new Stream(hasty.client, hasty.startOf());
      await stream.resumed;
      await fill();
      const batches = batchesOf(framesOf('t1', packets), END_MS);
      batches[0]!.participants = [joined('p1', 'Ann')];
      stream.send(batches);
      stream.finish(END_MS);
      await stream.ended;
      await hasty.over(BotState.PROCESSING);
      await hasty.said('recordingMissing');
      expect(hasty.last('recordingMissing')).toMatchObject({ value: { detail: 'storage_full' } });
      const { botId, client } = hasty;
      expect(await client.getRecording({ botId })).toMatchObject({
        ...{ state: RecordingState.FAILED, detail: 'storage_full', bytes: 0, missingMs: END_MS },
      });
      expect((await client.getParticipants({ botId })).participants).toMatchObject([{ name: 'Ann' }]);
      await expect(hasty.recording()).rejects.toMatchObject({ code: 'not-found' });
      expect(await client.erase({ botId, final: false })).toMatchObject({ totalObjects: 0, unfinished: false });
      await expect(client.getRecording({ botId })).rejects.toMatchObject({ code: 'not-found' });
    } finally {
      await hasty[Symbol.asyncDispose]();
    }
  });
});
