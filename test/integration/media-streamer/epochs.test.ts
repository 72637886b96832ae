import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { ParticipantAction } from '@earshot/contract/media/v1/media.ts';
import { expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { packetsOf } from './sound.ts';
import { setUpTranscribedFixture } from './transcribed-fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

const at = setUpTranscribedFixture();

const packets = { glide: packetsOf('glide'), hum: packetsOf('hum') };
const END_MS = 6000;
const live = {
  speech: { engine: 'deepgram', optionsJson: '{}', way: TranscriptionWay.LIVE },
  transcriptId: 'transcript',
};

it.each([
  ['in one process', async () => {}],
  ['after another process took the visit over', () => at.fixture.restart()],
])('keeps the words of each epoch with their speakers, whatever ids its page gives, %s', async (_, between) => {
  const { client, botId } = at.fixture;
  const start = at.fixture.startOf(live);
  // A page that counts: its tracks, and those it shows.
  const batches = () => batchesOf([...framesOf('0', packets.glide), ...framesOf('1', packets.hum)], END_MS);
  const before = batches();
  before[0]!.participants = [joined('p1', 'Ann', { trackIds: ['0'] }), joined('p2', 'Bob', { trackIds: ['1'] })];
  const bob = { trackIds: ['1'] };
  before[80]!.participants = [joined('p2', 'Bob', { ...bob, action: ParticipantAction.LEFT, atMs: 2000 })];
  before[120]!.participants = [joined('p2', 'Bob', { ...bob, atMs: 3000 })];
  const first = new Stream(client, start);
  await first.resumed;
  first.send(before);
  await first.acknowledges(150);
  await first.break();

  await between();
  // Loaded again it has Bob's voice as its first track, and Carol where Ann was; Ann has gone.
  const after = batches();
  after[0]!.participants = [joined('p2', 'Bob', { trackIds: ['0'] }), joined('p1', 'Carol', { trackIds: ['1'] })];
  for (const batch of after) batch.speaking = [{ atMs: batch.clockMs, participantIds: ['p1'] }];
  const later = { epoch: 2, startedAt: new Date(start.startedAt!.getTime() + 10_000) };
  const second = new Stream(client, { ...start, ...later });
  expect(await second.resumed).toBe(1);
  second.send(after);
  second.finish(END_MS);
  await second.ended;

  const { participants } = await client.getParticipants({ botId });
  const people = [
    { name: 'Ann', trackIds: ['0'] },
    { name: 'Bob', trackIds: ['1', 'epoch-2/0'] },
    { name: 'Carol', trackIds: ['epoch-2/1'] },
  ];
  const byName = participants.map(({ name, trackIds }) => ({ name, trackIds: trackIds.toSorted() }));
  expect(byName.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(people);
  expect(participants.find(({ name }) => name === 'Bob')?.stays).toEqual([
    { joinedMs: 0, leftMs: 2000 },
    { joinedMs: 3000, leftMs: 0 },
  ]);
  const carol = participants.find(({ name }) => name === 'Carol')?.participantId;
  expect(new Set((await client.getSpeakerTimeline({ botId })).intervals.map((each) => each.participantId))).toEqual(
    new Set([carol]),
  );

  // What the transcriber knows of each track when all is over, and which track has which voice.
  const known = Object.fromEntries(at.transcriber.names.map(({ trackId, name }) => [trackId, name]));
  expect(known).toEqual({ '0': 'Ann', '1': 'Bob', 'epoch-2/0': 'Bob', 'epoch-2/1': 'Carol' });
  const spoken = new Map<string, number>();
  for await (const { trackId, pcm } of client.readSpeech({ botId, includeUnowned: false }))
    spoken.set(trackId, (spoken.get(trackId) ?? 0) + pcm.length / 32);
  expect([...spoken.keys()].toSorted()).toEqual(Object.keys(known).toSorted());
  expect(Math.abs((spoken.get('0') ?? 0) - (spoken.get('epoch-2/0') ?? 0))).toBeLessThan(200);
});
