import type { BlobStore } from '@earshot/blobs';
import { AppError, FakeClock, MINUTE, SECOND, silentLog, type BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { SEGMENT_SAMPLES } from '../domain/recording.ts';
import { SegmentWriter } from './segment-writer.ts';
import { StoreMemory } from './store-memory.ts';

/** Keeps the keys it was given, while it is not full. */
class FakeBlobStore implements BlobStore {
  readonly keys: string[] = [];
  isFull = false;

  async put(key: string, body: Uint8Array) {
    if (this.isFull) throw new AppError('resource-exhausted', 'blob store is full');
    this.keys.push(key);
    return { key, size: body.byteLength, contentType: '', modifiedAtMs: 0 };
  }
  get = () => Promise.reject(new AppError('not-found', 'no such blob'));
  head = async () => undefined;
  async *list() {}
  delete = async () => 0;
}

const loud = new Int16Array(SEGMENT_SAMPLES).fill(1000);
const quiet = new Int16Array(SEGMENT_SAMPLES);
const MIB = 1024 * 1024;

function writerOn(blobs: FakeBlobStore, memory = new StoreMemory(512 * MIB)) {
  const clock = new FakeClock();
  const options = {
    botId: 'b' as BotId,
    startSample: 0,
    blobs,
    memory,
    clock,
    log: silentLog,
    lastWaitMs: 10 * MINUTE,
    onProgress: () => {},
  };
  const segmentWriter = new SegmentWriter(options);
  /** Ends the recording; time passes as long as that takes, five seconds at a time. */
  const finish = async () => {
    let isDone = false;
    const finished = segmentWriter.finish().finally(() => (isDone = true));
    while (!isDone) {
      await new Promise(setImmediate);
      await clock.advance(5 * SECOND);
    }
    await finished;
  };
  return { clock, segmentWriter, finish };
}

it('stores what waited once a full store has room again, and misses nothing', async () => {
  const blobs = new FakeBlobStore();
  blobs.isFull = true;
  const { clock, segmentWriter, finish } = writerOn(blobs);
  for (let count = 0; count < 100; count++) segmentWriter.append(loud);
  await new Promise(setImmediate);
  expect(segmentWriter.trouble).toBe(undefined);
  for (let seconds = 0; seconds < 60; seconds += 5) {
    await clock.advance(5 * SECOND);
    await new Promise(setImmediate);
  }
  expect(segmentWriter).toMatchObject({ storedSamples: 0, trouble: 'storage_full' });
  blobs.isFull = false;
  await finish();
  expect(blobs.keys).toHaveLength(100);
  expect(segmentWriter).toMatchObject({ storedSamples: 100 * SEGMENT_SAMPLES, missedSamples: 0 });
});

it('keeps five minutes of a recording for a store that is full, and counts what comes after as missed', async () => {
  const blobs = new FakeBlobStore();
  blobs.isFull = true;
  const { segmentWriter, finish } = writerOn(blobs);
  for (let count = 0; count < 200; count++) segmentWriter.append(loud);
  blobs.isFull = false;
  await finish();
  expect(blobs.keys).toHaveLength(150);
  expect(segmentWriter).toMatchObject({ storedSamples: 200 * SEGMENT_SAMPLES, missedSamples: 50 * SEGMENT_SAMPLES });
});

it('shares its memory with other recordings, and gives it back', async () => {
  const blobs = new FakeBlobStore();
  blobs.isFull = true;
  const memory = new StoreMemory(10 * loud.byteLength);
  const [one, other] = [writerOn(blobs, memory), writerOn(blobs, memory)];
  for (let count = 0; count < 8; count++) one.segmentWriter.append(loud);
  for (let count = 0; count < 8; count++) other.segmentWriter.append(loud);
  await one.segmentWriter[Symbol.asyncDispose]();
  expect(memory.take(8 * loud.byteLength)).toBe(true);
  blobs.isFull = false;
  await other.finish();
  expect(other.segmentWriter.missedSamples).toBe(6 * SEGMENT_SAMPLES);
});

it('takes a long silence at once: it has no memory of its own', async () => {
  const blobs = new FakeBlobStore();
  const { segmentWriter, finish } = writerOn(blobs, new StoreMemory(1));
  for (let count = 0; count < 400; count++) segmentWriter.append(quiet);
  await finish();
  expect(segmentWriter.missedSamples).toBe(0);
});

it('ends after ten minutes of waiting for a store that stays full, with what is missing counted', async () => {
  const blobs = new FakeBlobStore();
  const { clock, segmentWriter, finish } = writerOn(blobs);
  segmentWriter.append(loud);
  await new Promise(setImmediate);
  blobs.isFull = true;
  segmentWriter.append(loud);
  const from = clock.now();
  await finish();
  expect(clock.now() - from).toBeGreaterThanOrEqual(10 * MINUTE);
  const ended = { storedSamples: 2 * SEGMENT_SAMPLES, missedSamples: SEGMENT_SAMPLES, trouble: 'storage_full' };
  expect(segmentWriter).toMatchObject(ended);
});
