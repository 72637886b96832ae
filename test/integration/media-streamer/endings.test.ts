import { RecordingState } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { rmsDb, SILENCE_DB } from '@earshot/audio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TcpProxy } from './tcp-proxy.ts';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 30_000 });

let fixture: Fixture;
let database: TcpProxy;
beforeEach(async () => {
  const url = new URL(process.env['DATABASE_URL'] ?? 'postgres://earshot@127.0.0.1:7432/earshot');
  database = await TcpProxy.to(url);
  url.port = String(database.port);
  fixture = await openFixture({ database: { url: url.href, pool: 4, schema: '' } });
});
afterEach(async () => {
  database.restore();
  await fixture[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const packets = packetsOf('glide');
const END_MS = 4100;

it('finishes a visit whose joiner does not come back', async () => {
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  stream.send(batchesOf(framesOf('t1', packets), END_MS));
  await stream.acknowledges(70);
  await stream.break();
  await fixture.over(BotState.PROCESSING);
  await fixture.said('recordingReady');
  const { state, durationMs } = await fixture.client.getRecording({ botId: fixture.botId });
  expect(state).toBe(RecordingState.READY);
  expect(durationMs).toBeGreaterThan(2000);
});

it('says that there is no recording when there is none, at once when there cannot be one', async () => {
  await fixture.over(BotState.PROCESSING, false);
  await fixture.said('recordingMissing');
  await fixture.over(BotState.PROCESSING, false);
  await expect(fixture.client.getRecording({ botId: fixture.botId })).rejects.toMatchObject({ code: 'not-found' });
});

it('waits a little for a joiner that has something to hand in after the visit', async () => {
  await fixture.over(BotState.PROCESSING);
  await fixture.said('recordingMissing');
  const late = new Stream(fixture.client, fixture.startOf());
  await expect(late.resumed).rejects.toMatchObject({ code: 'failed-precondition' });
});

it('continues the timeline with a later epoch, and refuses the earlier one', async () => {
  const start = fixture.startOf();
  const first = new Stream(fixture.client, start);
  await first.resumed;
  first.send(batchesOf(framesOf('t1', packets.slice(0, 100)), 2400));
  await first.acknowledges(20);

  const later = { epoch: 2, startedAt: new Date(start.startedAt!.getTime() + 5000) };
  const second = new Stream(fixture.client, { ...start, ...later });
  expect(await second.resumed).toBe(1);
  await expect(first.ended).rejects.toMatchObject({ code: 'failed-precondition' });
  await expect(new Stream(fixture.client, start).resumed).rejects.toMatchObject({ code: 'failed-precondition' });
  second.send(batchesOf(framesOf('t1', packets), END_MS));
  second.finish(END_MS);
  await second.ended;

  const pcm = await fixture.recording();
  expect(pcm.length).toBe((5000 + END_MS) * 48);
  expect(rmsDb(pcm.subarray(2500 * 48, 4900 * 48))).toBe(SILENCE_DB);
  expect(likeness(await decode(packets), pcm.subarray(5000 * 48)).likeness).toBeGreaterThan(0.999);
  await expect(new Stream(fixture.client, { ...start, ...later }).resumed).rejects.toMatchObject({
    code: 'failed-precondition',
  });
});

it('records on while the database is away, and acknowledges when it is back', async () => {
  const batches = batchesOf(framesOf('t1', packets), END_MS);
  batches[90]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'], atMs: 2260 })];
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  stream.send(batches.slice(0, 85));
  await stream.acknowledges(70);
  database.cut();
  stream.send(batches.slice(85));
  stream.finish(END_MS);
  await expect(fixture.client.getRecording({ botId: fixture.botId })).rejects.toMatchObject({ code: 'unavailable' });
  const acknowledged = stream.acknowledged;
  expect(acknowledged).toBeLessThan(91);
  database.restore();
  await stream.ended;
  expect(stream.isFinished).toBe(true);
  expect(likeness(await decode(packets), await fixture.recording()).likeness).toBeGreaterThan(0.999);
  await fixture.over(BotState.PROCESSING);
  await fixture.said('tracksReady');
  expect(fixture.facts.map((fact) => fact.$case)).toEqual(['participantJoined', 'recordingReady', 'tracksReady']);
});

it('does not erase a visit that goes on', async () => {
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  await expect(fixture.client.erase({ botId: fixture.botId, final: false })).rejects.toMatchObject({
    code: 'failed-precondition',
  });
  await stream.break();
});
