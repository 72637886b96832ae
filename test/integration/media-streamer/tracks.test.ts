import { createResampler } from '@earshot/audio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

const END_MS = 4100;
const packets = { t1: packetsOf('glide'), t2: packetsOf('hum') };
const people = [joined('p1', 'Ann', { trackIds: ['t1'] }), joined('p2', 'Bob', { trackIds: ['t2'] })];

function visit(participants = people) {
  const batches = batchesOf([...framesOf('t1', packets.t1), ...framesOf('t2', packets.t2)], END_MS);
  batches[0]!.participants = participants;
  return batches;
}

/** Each track as one signal from the recording's beginning, 16 kHz; and how much of it came twice. */
async function speech() {
  const lines = new Map<string, Int16Array>();
  let [latest, doubledMs] = [new Map<string, number>(), 0];
  for await (const { trackId, atMs, pcm } of fixture.client.readSpeech({
    botId: fixture.botId,
    includeUnowned: false,
  })) {
    const line = lines.get(trackId) ?? new Int16Array(END_MS * 16);
    const samples = new Int16Array(pcm.buffer.slice(pcm.byteOffset, pcm.byteOffset + pcm.length));
    line.set(samples.subarray(0, Math.max(0, line.length - atMs * 16)), atMs * 16);
    lines.set(trackId, line);
    doubledMs += Math.max(0, (latest.get(trackId) ?? 0) - atMs);
    latest = latest.set(trackId, atMs + samples.length / 16);
  }
  return { lines, doubledMs };
}

async function expectBothWhole(least: number) {
  const { lines, doubledMs } = await speech();
  expect([...lines.keys()].toSorted()).toEqual(['t1', 't2']);
  for (const [trackId, line] of lines) {
    const own = createResampler({ fromRate: 48_000, toRate: 16_000 }).process(await decode(packets[trackId as 't1']));
    const { likeness: alike, shift } = likeness(own, line, 1600);
    expect(alike, trackId).toBeGreaterThan(least);
    expect(Math.abs(shift) / 16, trackId).toBeLessThan(30);
  }
  // Times are whole milliseconds.
  expect(doubledMs).toBeLessThanOrEqual(3);
}

it('keeps what each participant said apart, at its time, and nothing of the others in it', async () => {
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  stream.send(visit());
  stream.finish(END_MS);
  await stream.ended;
  await expectBothWhole(0.99);
});

it('has every packet once after an end in the middle', async () => {
  const batches = visit();
  const first = new Stream(fixture.client, fixture.startOf());
  await first.resumed;
  first.send(batches.slice(0, 120));
  await first.acknowledges(40);
  await fixture.restart();
  await first.ended.catch(() => {});
  const second = new Stream(fixture.client, fixture.startOf());
  const next = await second.resumed;
  expect(next).toBeLessThan(120);
  second.send(batches.slice(next - 1));
  second.finish(END_MS);
  await second.ended;
  // The decoder begins anew in the middle, and the tracks are timed anew.
  await expectBothWhole(0.9);
});

it('tells nothing of a meeting that was heard as one mix, and of one that is not over', async () => {
  const stream = new Stream(fixture.client, fixture.startOf());
  await stream.resumed;
  stream.send(visit([joined('p1', 'Ann'), joined('p2', 'Bob')]));
  await stream.acknowledges(40);
  await expect(speech()).rejects.toMatchObject({ code: 'failed-precondition' });
  stream.finish(END_MS);
  await stream.ended;
  expect((await speech()).lines.size).toBe(0);
});

it('keeps who had the mark of speaking, through an end in the middle, until it is erased', async () => {
  const batches = visit([joined('p1', 'Ann'), joined('p2', 'Bob')]);
  for (const batch of batches) {
    if (batch.clockMs % 250 === 0)
      batch.speaking = [{ atMs: batch.clockMs, participantIds: [batch.clockMs <= 2000 ? 'p1' : 'p2', 'stranger'] }];
  }
  const { botId, client } = fixture;
  const first = new Stream(client, fixture.startOf());
  await first.resumed;
  first.send(batches.slice(0, 120));
  await first.acknowledges(40);
  await fixture.restart();
  await first.ended.catch(() => {});
  const second = new Stream(client, fixture.startOf());
  const next = await second.resumed;
  second.send(batches.slice(next - 1));
  await expect(client.getSpeakerTimeline({ botId })).rejects.toMatchObject({ code: 'failed-precondition' });
  second.finish(END_MS);
  await second.ended;
  expect((await client.getSpeakerTimeline({ botId })).intervals).toEqual([
    { participantId: 'p1', fromMs: 0, toMs: 2000 },
    { participantId: 'p2', fromMs: 2000, toMs: 4000 },
  ]);
  await client.erase({ botId, final: false });
  await expect(client.getSpeakerTimeline({ botId })).rejects.toMatchObject({ code: 'not-found' });
});
