import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Artifact, ParticipantAction, RecordingState } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { rmsDb } from '@earshot/audio';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { Listener } from './listener.ts';
import { glide, hum } from './signals.ts';
import { decode, likeness, mixed, packetsOf } from './sound.ts';
import { openFixture, type Fixture } from './fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

let fixture: Fixture;
let listener: Listener;
beforeEach(async () => {
  [fixture, listener] = await Promise.all([openFixture(), Listener.listen()]);
});
afterEach(async () => {
  await fixture[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
});

const END_MS = 4100;
const packets = { glide: packetsOf('glide'), hum: packetsOf('hum') };
const decoded = async () => mixed(await decode(packets.glide), await decode(packets.hum));
const visit = () => batchesOf([...framesOf('t1', packets.glide), ...framesOf('t2', packets.hum)], END_MS);
const live = () => Buffer.concat(listener.connections.flatMap((each) => each.messages.map((message) => message.pcm)));
const bytes = (pcm: Int16Array) => Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength);

it('records what was heard, hands it on live, and erases it', async () => {
  const { client, botId } = fixture;
  const batches = visit();
  batches[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] }), joined('p2', '', { alreadyPresent: true })];
  batches[40]!.participants = [
    joined('p2', 'Bo\0b', { action: ParticipantAction.UPDATED, trackIds: ['t2'], atMs: 1000 }),
    joined('p3', '', { atMs: 1000 }),
  ];
  batches[140]!.participants = [joined('p1', 'Ann', { action: ParticipantAction.LEFT, atMs: 3500 })];
  batches[50]!.chat = [{ messageId: 'm1', senderName: 'Ann', senderId: 'p1', own: false, text: 'hello', atMs: 1260 }];

  const stream = new Stream(client, fixture.startOf({ liveAudioSocketUrl: listener.url }));
  expect(await stream.resumed).toBe(1);
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;
  expect(stream).toMatchObject({ isFinished: true, acknowledged: batches.length });

  const recording = await client.getRecording({ botId });
  expect(recording).toMatchObject({ state: RecordingState.READY, durationMs: END_MS, bytes: 44 + END_MS * 96 });
  const pcm = await fixture.recording();
  expect(pcm.length).toBe(END_MS * 48);
  const source = mixed(glide(), hum());
  const found = likeness(source, pcm);
  // What the codec itself leaves of the signals at 32 kbit/s; against what it gives, hardly anything may be missing.
  expect(found.likeness).toBeGreaterThan(0.93);
  expect(likeness(await decoded(), pcm).likeness).toBeGreaterThan(0.999);
  expect(Math.abs(rmsDb(pcm.subarray(0, source.length)) - rmsDb(source))).toBeLessThan(3);

  const connection = listener.connections[0]!;
  expect(await connection.closed).toBe(1000);
  expect(JSON.parse(connection.texts[0]!)).toEqual({
    type: 'ready',
    bot_id: botId,
    message: 'Ready to receive messages',
  });
  expect(connection.texts).toHaveLength(1);
  expect(live().equals(bytes(pcm))).toBe(true);
  const speakers = new Set(connection.messages.map(({ id, name }) => `${id}/${name}`));
  expect(speakers).toEqual(
    new Set(['/NoSpeaker', 'p1/Ann', 'p2/NoSpeaker', 'p2/Bob'].filter((each) => speakers.has(each))),
  );
  expect(speakers).toContain('p1/Ann');
  expect(speakers).toContain('p2/Bob');

  expect(await client.getParticipants({ botId })).toEqual({
    participants: [
      { participantId: 'p1', name: 'Ann', joinedMs: 0, leftMs: 3500, alreadyPresent: false, trackIds: ['t1'] },
      { participantId: 'p2', name: 'Bob', joinedMs: 0, leftMs: 0, alreadyPresent: true, trackIds: ['t2'] },
      { participantId: 'p3', name: '', joinedMs: 1000, leftMs: 0, alreadyPresent: false, trackIds: [] },
    ].map((each) => ({ ...each, stays: [{ joinedMs: each.joinedMs, leftMs: each.leftMs }] })),
  });
  expect((await client.getChat({ botId })).messages).toEqual(batches[50]!.chat);
  await fixture.over(BotState.PROCESSING);
  await fixture.said('tracksReady');
  expect(fixture.facts.map((fact) => fact.$case)).toEqual([
    'participantJoined',
    'participantJoined',
    'participantLeft',
    'recordingReady',
    'tracksReady',
  ]);
  expect(fixture.facts[1]!.value).toMatchObject({ participantId: 'p3', name: '', atMs: 1000 });
  expect(fixture.facts[3]!.value).toEqual({ durationMs: END_MS, bytes: recording.bytes, missingMs: 0, detail: '' });

  const { token, ...signed } = await client.signArtifact({
    botId,
    artifact: Artifact.MIXED_AUDIO,
    attempt: 0,
    artifactId: '',
    expiresSeconds: 60,
  });
  expect(signed).toEqual({ bytes: recording.bytes, contentType: 'audio/wav' });
  const part: Buffer[] = [];
  for await (const { chunk } of client.readArtifact({ token, offset: 44, length: 4000, suffixLength: 0 }))
    part.push(chunk);
  expect(Buffer.concat(part).equals(bytes(pcm).subarray(0, 4000))).toBe(true);
  const forged = client
    .readArtifact({ token: `${token}x`, offset: 0, length: 0, suffixLength: 0 })
    [Symbol.asyncIterator]();
  await expect(forged.next()).rejects.toMatchObject({ code: 'permission-denied' });
  const wav = await fixture.wav();
  expect(createHash('sha256').update(wav).digest('hex')).toBe(recording.sha256);
  const manifest = JSON.parse(await readFile(join(fixture.config.blobDir, `bots/${botId}/manifest.json`), 'utf8'));
  expect(manifest.files).toEqual([expect.objectContaining({ bytes: wav.length, sha256: recording.sha256 })]);

  // The mix in one part, its manifest, and the tracks' packets of three segments.
  expect(await client.erase({ botId, final: false })).toEqual({
    deletedObjects: 5,
    totalObjects: 5,
    unfinished: false,
  });
  expect(await client.erase({ botId, final: false })).toEqual({
    deletedObjects: 0,
    totalObjects: 5,
    unfinished: false,
  });
  for (const call of [client.getRecording, client.getParticipants, client.getChat]) {
    await expect(call({ botId })).rejects.toMatchObject({ code: 'not-found' });
  }
  await expect(new Stream(client, fixture.startOf()).resumed).rejects.toMatchObject({ code: 'failed-precondition' });
});

it('goes on after a broken stream, and passes over what comes twice', async () => {
  const batches = visit();
  const start = fixture.startOf({ liveAudioSocketUrl: listener.url });
  const first = new Stream(fixture.client, start);
  await first.resumed;
  first.send(batches.slice(0, 100));
  await first.acknowledges(10);
  await first.break();

  const second = new Stream(fixture.client, start);
  const next = await second.resumed;
  expect(next).toBeGreaterThan(10);
  expect(next).toBeLessThanOrEqual(101);
  second.send(batches.slice(Math.max(0, next - 30)));
  second.finish(END_MS);
  await second.ended;

  const pcm = await fixture.recording();
  expect(pcm.length).toBe(END_MS * 48);
  expect(likeness(await decoded(), pcm).likeness).toBeGreaterThan(0.999);
  expect(await listener.connections[0]!.closed).toBe(1000);
  expect(live().equals(bytes(pcm))).toBe(true);
});

it('goes on after a restart of the service, from what it had acknowledged', async () => {
  const batches = visit();
  batches[5]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  const start = fixture.startOf({ liveAudioSocketUrl: listener.url });
  const first = new Stream(fixture.client, start);
  await first.resumed;
  first.send(batches.slice(0, 120));
  await first.acknowledges(70);
  await fixture.restart();
  await expect(first.ended).rejects.toMatchObject({ code: 'unavailable' });
  expect(await listener.connections[0]!.closed).toBe(1001);

  const second = new Stream(fixture.client, start);
  const next = await second.resumed;
  expect(next).toBe(first.acknowledged + 1);
  second.send(batches.slice(next - 1));
  second.finish(END_MS);
  await second.ended;

  const pcm = await fixture.recording();
  expect(pcm.length).toBe(END_MS * 48);
  // A decoder that begins in the middle needs a moment.
  expect(likeness(await decoded(), pcm).likeness).toBeGreaterThan(0.99);
  // What is published twice is known by its stay.
  await fixture.over(BotState.PROCESSING);
  await fixture.said('tracksReady');
  expect(fixture.facts.map((fact) => fact.$case)).toEqual(['participantJoined', 'recordingReady', 'tracksReady']);
});

it('connects again to a customer who went away, and records on', async () => {
  const batches = visit();
  const stream = new Stream(fixture.client, fixture.startOf({ liveAudioSocketUrl: listener.url }));
  await stream.resumed;
  stream.send(batches.slice(0, 60));
  await listener.until(() => listener.connections[0]?.messages[20]);
  listener.connections[0]!.socket.terminate();
  await listener.until(() => listener.connections[1]?.texts[0]);
  stream.send(batches.slice(60));
  stream.finish(END_MS);
  await stream.ended;
  expect(await listener.connections[1]!.closed).toBe(1000);
  const ready = JSON.parse(listener.connections[1]!.texts[0]!);
  const pcm = bytes(await fixture.recording());
  const end = Buffer.concat(listener.connections[1]!.messages.map((message) => message.pcm));
  expect(pcm.subarray(pcm.length - end.length).equals(end)).toBe(true);
  const sample_position = (pcm.length - end.length) / 2;
  const place = { resumed: true, sample_position, start_time: sample_position / 48_000 };
  expect(ready).toEqual({ type: 'ready', bot_id: fixture.botId, message: 'Ready to receive messages', ...place });
});
