import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { rmsDb } from '@earshot/audio';
import { expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { setUpTranscribedFixture } from './transcribed-fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

const at = setUpTranscribedFixture();

const packets = { glide: packetsOf('glide'), hum: packetsOf('hum') };
/** Two seconds of nothing after four of speech: long enough for the turns to end. */
const END_MS = 6000;
const frames = () => [...framesOf('t1', packets.glide), ...framesOf('t2', packets.hum)];
const live = {
  speech: { engine: 'one', optionsJson: '{"a":1}', way: TranscriptionWay.LIVE },
  transcriptId: 'transcript',
};
const every3rd = (pcm: Int16Array) => pcm.filter((_, index) => index % 3 === 0);

it('tells the transcriber what was said, by whom, and when a turn ends', async () => {
  const batches = batchesOf(frames(), END_MS);
  batches[60]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  const stream = new Stream(at.fixture.client, at.fixture.startOf(live));
  await stream.resumed;
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;

  expect(at.transcriber.starts).toEqual([expect.objectContaining({ botId: at.fixture.botId, ...live })]);
  expect(at.transcriber.finishes).toBe(1);
  expect(at.transcriber.names).toEqual([{ trackId: 't1', participantId: 'p1', name: 'Ann' }]);
  // The second voice pauses for a second: two turns.
  expect(at.transcriber.turnEnds.map((end) => end.trackId).sort()).toEqual(['t1', 't2', 't2']);
  expect(new Set(at.transcriber.chunks.map((chunk) => chunk.sampleRate))).toEqual(new Set([16_000]));
  expect(Math.max(...at.transcriber.chunks.map((chunk) => chunk.pcm.length))).toBe(3200);
  const source = every3rd(await decode(packets.glide));
  const heard = at.transcriber.heard('t1');
  expect(likeness(source, heard, 800).likeness).toBeGreaterThan(0.99);
  expect(Math.abs(rmsDb(heard) - rmsDb(source))).toBeLessThan(3);
});

it('says again what was not committed when the transcriber was killed', async () => {
  const batches = batchesOf(frames(), END_MS);
  at.transcriber.isCommitting = false;
  const stream = new Stream(at.fixture.client, at.fixture.startOf(live));
  await stream.resumed;
  stream.send(batches.slice(0, 100));
  await at.transcriber.until(() => at.transcriber.chunks.length >= 20);
  await at.transcriber.kill();
  stream.send(batches.slice(100));
  at.transcriber.chunks.length = 0;
  at.transcriber.isCommitting = true;
  at.transcriber.committed.set('t1', 500);
  await at.transcriber.start();
  stream.finish(END_MS);
  await stream.ended;
  expect(stream.isFinished).toBe(true);
  const first = at.transcriber.chunks.find((chunk) => chunk.trackId === 't1');
  expect(first!.atMs).toBeGreaterThanOrEqual(400);
  expect(first!.atMs).toBeLessThanOrEqual(500);
  expect(
    Math.min(...at.transcriber.chunks.filter((chunk) => chunk.trackId === 't2').map((chunk) => chunk.atMs)),
  ).toBeLessThan(100);
});

it('does not let the joiner forget speech before its words are committed', async () => {
  const batches = batchesOf(frames(), END_MS);
  at.transcriber.isCommitting = false;
  const start = at.fixture.startOf(live);
  const first = new Stream(at.fixture.client, start);
  await first.resumed;
  first.send(batches);
  await at.transcriber.until(() => at.transcriber.turnEnds.length >= 3);
  await at.fixture.restart();
  await first.ended.catch(() => {});
  expect(first.acknowledged).toBe(0);

  // The segments exist by now, the words do not: everything is sent again, and nothing recorded twice.
  at.transcriber.isCommitting = true;
  const second = new Stream(at.fixture.client, start);
  expect(await second.resumed).toBe(1);
  at.transcriber.chunks.length = 0;
  second.send(batches);
  second.finish(END_MS);
  await second.ended;
  expect(likeness(every3rd(await decode(packets.glide)), at.transcriber.heard('t1'), 800).likeness).toBeGreaterThan(
    0.99,
  );
  const pcm = await at.fixture.recording();
  expect(pcm.length).toBe(END_MS * 48);
});
