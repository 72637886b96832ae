import { RecordingState } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { rmsDb, SILENCE_DB } from '@earshot/audio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CutLine } from './cut-line.ts';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openStage, type Stage } from './stage.ts';

vi.setConfig({ testTimeout: 30_000 });

let stage: Stage;
let database: CutLine;
beforeEach(async () => {
  const url = new URL(process.env['DATABASE_URL'] ?? 'postgres://earshot@127.0.0.1:7432/earshot');
  database = await CutLine.to(url);
  url.port = String(database.port);
  stage = await openStage({ database: { url: url.href, pool: 4, schema: '' } });
});
afterEach(async () => {
  database.mend();
  await stage[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const packets = packetsOf('glide');
const END_MS = 4100;

it('finishes a visit whose joiner does not come back', async () => {
  const stream = new Stream(stage.client, stage.startOf());
  await stream.resumed;
  stream.send(batchesOf(framesOf('t1', packets), END_MS));
  await stream.acknowledges(70);
  await stream.break();
  await stage.over(BotState.PROCESSING);
  await stage.said('recordingReady');
  const { state, durationMs } = await stage.client.getRecording({ botId: stage.botId });
  expect(state).toBe(RecordingState.READY);
  expect(durationMs).toBeGreaterThan(2000);
});

it('says that there is no recording when there is none, at once when there cannot be one', async () => {
  await stage.over(BotState.PROCESSING, false);
  await stage.said('recordingMissing');
  await stage.over(BotState.PROCESSING, false);
  await expect(stage.client.getRecording({ botId: stage.botId })).rejects.toMatchObject({ code: 'not-found' });
});

it('waits a little for a joiner that has something to hand in after the visit', async () => {
  await stage.over(BotState.PROCESSING);
  await stage.said('recordingMissing');
  const late = new Stream(stage.client, stage.startOf());
  await expect(late.resumed).rejects.toMatchObject({ code: 'failed-precondition' });
});

it('continues the timeline with a later epoch, and refuses the earlier one', async () => {
  const start = stage.startOf();
  const first = new Stream(stage.client, start);
  await first.resumed;
  first.send(batchesOf(framesOf('t1', packets.slice(0, 100)), 2400));
  await first.acknowledges(20);

  const later = { epoch: 2, startedAt: new Date(start.startedAt!.getTime() + 5000) };
  const second = new Stream(stage.client, { ...start, ...later });
  expect(await second.resumed).toBe(1);
  await expect(first.ended).rejects.toMatchObject({ code: 'failed-precondition' });
  await expect(new Stream(stage.client, start).resumed).rejects.toMatchObject({ code: 'failed-precondition' });
  second.send(batchesOf(framesOf('t1', packets), END_MS));
  second.finish(END_MS);
  await second.ended;

  const pcm = await stage.recording();
  expect(pcm.length).toBe((5000 + END_MS) * 48);
  expect(rmsDb(pcm.subarray(2500 * 48, 4900 * 48))).toBe(SILENCE_DB);
  expect(likeness(await decode(packets), pcm.subarray(5000 * 48)).likeness).toBeGreaterThan(0.999);
  await expect(new Stream(stage.client, { ...start, ...later }).resumed).rejects.toMatchObject({
    code: 'failed-precondition',
  });
});

it('records on while the database is away, and acknowledges when it is back', async () => {
  const batches = batchesOf(framesOf('t1', packets), END_MS);
  batches[90]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'], atMs: 2260 })];
  const stream = new Stream(stage.client, stage.startOf());
  await stream.resumed;
  stream.send(batches.slice(0, 85));
  await stream.acknowledges(70);
  database.cut();
  stream.send(batches.slice(85));
  stream.finish(END_MS);
  await expect(stage.client.getRecording({ botId: stage.botId })).rejects.toMatchObject({ code: 'unavailable' });
  const acknowledged = stream.acknowledged;
  expect(acknowledged).toBeLessThan(91);
  database.mend();
  await stream.ended;
  expect(stream.isFinished).toBe(true);
  expect(likeness(await decode(packets), await stage.recording()).likeness).toBeGreaterThan(0.999);
  await stage.over(BotState.PROCESSING);
  await stage.said('recordingReady');
  expect(stage.facts.map((fact) => fact.$case)).toEqual(['participantJoined', 'recordingReady']);
});

it('does not erase a visit that goes on', async () => {
  const stream = new Stream(stage.client, stage.startOf());
  await stream.resumed;
  await expect(stage.client.erase({ botId: stage.botId, final: false })).rejects.toMatchObject({
    code: 'failed-precondition',
  });
  await stream.break();
});
