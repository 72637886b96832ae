import { rmsDb } from '@earshot/audio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeTranscriber } from './fake-transcriber.ts';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { freePort, openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 20_000 });

let stage: Stage;
let transcriber: FakeTranscriber;
beforeEach(async () => {
  const transcriberAddress = `127.0.0.1:${await freePort()}`;
  transcriber = new FakeTranscriber(transcriberAddress);
  await transcriber.start();
  stage = await openStage({ transcriberAddress });
});
afterEach(async () => {
  await stage[Symbol.asyncDispose]();
  await transcriber[Symbol.asyncDispose]();
});

const packets = { glide: packetsOf('glide'), hum: packetsOf('hum') };
/** Two seconds of nothing after four of speech: long enough for the turns to end. */
const END_MS = 6000;
const frames = () => [...framesOf('t1', packets.glide), ...framesOf('t2', packets.hum)];
const live = { speechEngine: 'deepgram', speechOptionsJson: '{"a":1}', transcriptId: 'transcript' };
const every3rd = (pcm: Int16Array) => pcm.filter((_, index) => index % 3 === 0);

it('tells the transcriber what was said, by whom, and when a turn ends', async () => {
  const batches = batchesOf(frames(), END_MS);
  batches[60]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  const stream = new Stream(stage.client, stage.startOf(live));
  await stream.resumed;
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;

  const { speechEngine: engine, speechOptionsJson: optionsJson, transcriptId } = live;
  expect(transcriber.starts).toEqual([
    expect.objectContaining({ botId: stage.botId, engine, optionsJson, transcriptId }),
  ]);
  expect(transcriber.finishes).toBe(1);
  expect(transcriber.names).toEqual([{ trackId: 't1', participantId: 'p1', name: 'Ann' }]);
  // The second voice pauses for a second: two turns.
  expect(transcriber.turnEnds.map((end) => end.trackId).sort()).toEqual(['t1', 't2', 't2']);
  expect(new Set(transcriber.chunks.map((chunk) => chunk.sampleRate))).toEqual(new Set([16_000]));
  expect(Math.max(...transcriber.chunks.map((chunk) => chunk.pcm.length))).toBe(3200);
  const source = every3rd(await decode(packets.glide));
  const heard = transcriber.heard('t1');
  expect(likeness(source, heard, 800).likeness).toBeGreaterThan(0.99);
  expect(Math.abs(rmsDb(heard) - rmsDb(source))).toBeLessThan(3);
});

it('says again what was not committed when the transcriber was killed', async () => {
  const batches = batchesOf(frames(), END_MS);
  transcriber.isCommitting = false;
  const stream = new Stream(stage.client, stage.startOf(live));
  await stream.resumed;
  stream.send(batches.slice(0, 100));
  await transcriber.until(() => transcriber.chunks.length >= 20);
  await transcriber.kill();
  stream.send(batches.slice(100));
  transcriber.chunks.length = 0;
  transcriber.isCommitting = true;
  transcriber.committed.set('t1', 500);
  await transcriber.start();
  stream.finish(END_MS);
  await stream.ended;
  expect(stream.isFinished).toBe(true);
  const first = transcriber.chunks.find((chunk) => chunk.trackId === 't1');
  expect(first!.atMs).toBeGreaterThanOrEqual(400);
  expect(first!.atMs).toBeLessThanOrEqual(500);
  expect(
    Math.min(...transcriber.chunks.filter((chunk) => chunk.trackId === 't2').map((chunk) => chunk.atMs)),
  ).toBeLessThan(100);
});

it('does not let the joiner forget speech before its words are committed', async () => {
  const batches = batchesOf(frames(), END_MS);
  transcriber.isCommitting = false;
  const start = stage.startOf(live);
  const first = new Stream(stage.client, start);
  await first.resumed;
  first.send(batches);
  await transcriber.until(() => transcriber.turnEnds.length >= 3);
  await stage.restart();
  await first.ended.catch(() => {});
  expect(first.acknowledged).toBe(0);

  // The segments exist by now, the words do not: everything is said again, and nothing recorded twice.
  transcriber.isCommitting = true;
  const second = new Stream(stage.client, start);
  expect(await second.resumed).toBe(1);
  transcriber.chunks.length = 0;
  second.send(batches);
  second.finish(END_MS);
  await second.ended;
  expect(likeness(every3rd(await decode(packets.glide)), transcriber.heard('t1'), 800).likeness).toBeGreaterThan(0.99);
  const pcm = await stage.recording();
  expect(pcm.length).toBe(END_MS * 48);
});
