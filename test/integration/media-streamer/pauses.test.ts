import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { rmsDb, SILENCE_DB } from '@earshot/audio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { openFixture, type Fixture } from './fixture.ts';
import { packetsOf } from './sound.ts';

vi.setConfig({ testTimeout: 20_000 });

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

it('is silence in a timeline that goes on, told once over an end in the middle, and counted as missing nowhere', async () => {
  const { client, botId } = fixture;
  const batches = batchesOf(framesOf('t1', packetsOf('glide')), 4100);
  batches[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  // As the joiner sends it: nothing to hear from the first of them on, and some that waited for too long.
  for (const batch of batches.slice(40, 140)) Object.assign(batch, { frames: [], paused: true });
  for (const batch of batches.slice(120, 130)) Object.assign(batch, { soundLost: true, clockMs: 1025 });
  batches[140]!.frames = [];
  const first = new Stream(client, fixture.startOf());
  await first.resumed;
  first.send(batches.slice(0, 110));
  await first.acknowledges(70);
  await fixture.restart();
  await first.ended.catch(() => {});

  const second = new Stream(client, fixture.startOf());
  const next = await second.resumed;
  expect(next).toBeGreaterThan(41);
  second.send(batches.slice(next - 1));
  second.finish(4100);
  await second.ended;
  const paused = [{ fromMs: 1025, toMs: 3525 }];
  expect(await client.getRecording({ botId })).toMatchObject({ durationMs: 4100, missingMs: 0, paused });
  const pcm = await fixture.recording();
  expect(rmsDb(pcm.subarray(1200 * 48, 3500 * 48))).toBe(SILENCE_DB);
  expect(rmsDb(pcm.subarray(3600 * 48))).toBeGreaterThan(SILENCE_DB);
  await fixture.over(BotState.PROCESSING);
  await fixture.said('recordingReady');
  expect(fixture.last('recordingReady')?.value).toMatchObject({ durationMs: 4100, missingMs: 0 });
  await client.erase({ botId, final: false });
  await expect(client.getRecording({ botId })).rejects.toMatchObject({ code: 'not-found' });
});
