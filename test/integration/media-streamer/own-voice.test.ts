import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { AudioCodec, type AudioFrame } from '@earshot/contract/media/v1/media.ts';
import { rmsDb, SILENCE_DB } from '@earshot/audio';
import { audioOnly, type BotVoicePlan } from '@earshot/kernel';
import { toMediaPlanMessage } from '@earshot/rpc';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { Listener } from './listener.ts';
import { decode, likeness, packetsOf } from './sound.ts';
import { setUpTranscribedFixture } from './transcribed-fixture.ts';

vi.setConfig({ testTimeout: 20_000 });

const at = setUpTranscribedFixture();
let listener: Listener;
beforeEach(async () => {
  listener = await Listener.listen();
});
afterEach(() => listener[Symbol.asyncDispose]());

const END_MS = 6000;
/** Ann speaks for the first two seconds; the bot from the first on. */
const ann = packetsOf('glide').slice(0, 100);
const own = packetsOf('hum');

/** What the bot says as the joiner reports it: samples on a track of its own, 60 ms after they sounded. */
async function ownFrames(fromMs: number): Promise<AudioFrame[]> {
  const pcm = await decode(own);
  return Array.from({ length: pcm.length / 960 }, (_, index) => ({
    trackId: 'own',
    codec: AudioCodec.PCM_S16,
    payload: Buffer.from(pcm.slice(index * 960, (index + 1) * 960).buffer),
    rtpTimestamp: index * 960,
    arrivedMs: fromMs + index * 20,
    level: 255,
    ownVoice: true,
  }));
}

async function visit(voice: Partial<BotVoicePlan>, way = TranscriptionWay.LIVE) {
  const { client, startOf } = at.fixture;
  const frames = await ownFrames(1000);
  const batches = batchesOf(framesOf('t1', ann), END_MS);
  for (const frame of frames) batches[Math.floor((frame.arrivedMs + 60) / 25)]?.frames.push(frame);
  batches[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  // Half a second at the end is paused: whatever comes in it.
  for (const batch of batches.slice(180, 200)) batch.paused = true;
  const media = toMediaPlanMessage({ ...audioOnly, voice: { ...audioOnly.voice, ...voice } });
  const speech = { engine: 'one', optionsJson: '{}', way };
  const over = { speech, transcriptId: 'transcript', liveAudioSocketUrl: listener.url, media, botName: 'Ada' };
  const stream = new Stream(client, startOf(over));
  await stream.resumed;
  stream.send(batches);
  stream.finish(END_MS);
  await stream.ended;
  expect(stream.isFinished).toBe(true);
}

const live = () => {
  const bytes = Buffer.concat(listener.connections.flatMap(({ messages }) => messages.map(({ pcm }) => pcm)));
  return new Int16Array(Uint8Array.from(bytes).buffer);
};

async function readSpeech(): Promise<string[]> {
  const { client, botId } = at.fixture;
  const tracks = new Set<string>();
  for await (const { trackId } of client.readSpeech({ botId, includeUnowned: false })) tracks.add(trackId);
  return [...tracks].toSorted();
}

/** Three and a half seconds: then the pause begins. */
const heardOwn = async () => (await decode(own)).subarray(0, 3400 * 48);

it('records and transcribes what the bot says, under its name, and nobody is taken for it', async () => {
  await visit({ isTranscribed: true });
  const { client, botId } = at.fixture;
  const pcm = await at.fixture.recording();
  expect(pcm.length).toBe(END_MS * 48);
  expect(rmsDb(pcm.subarray(4600 * 48, 4900 * 48))).toBe(SILENCE_DB);

  // Whoever listens hears Ann, as if the bot were silent.
  await listener.connections[0]!.closed;
  const heard = live();
  expect(heard.length).toBe(pcm.length);
  expect(likeness(await decode(ann), heard).likeness).toBeGreaterThan(0.999);
  expect(rmsDb(heard.subarray(2100 * 48))).toBe(SILENCE_DB);
  // All that the recording has beside her is the bot.
  const beside = pcm.map((sample, index) => sample - heard[index]!);
  expect(rmsDb(beside.subarray(0, 900 * 48))).toBe(SILENCE_DB);
  expect(likeness(await heardOwn(), beside.subarray(1000 * 48)).likeness).toBeGreaterThan(0.999);
  const speakers = listener.connections[0]!.messages.map(({ id, name }) => `${id}/${name}`);
  expect(new Set(speakers)).toEqual(new Set(['p1/Ann', '/NoSpeaker']));

  expect(await client.getRecording({ botId })).toMatchObject({ heardMs: 2000, missingMs: 0 });
  const people = await client.getParticipants({ botId });
  expect(people.participants.map(({ name, trackIds }) => [name, trackIds])).toEqual([['Ann', ['t1']]]);
  expect(people.ownVoice).toEqual({ participantId: 'bot', name: 'Ada', trackIds: ['own'] });
  expect((await client.listTracks({ botId })).tracks.map(({ trackId }) => trackId)).toEqual(['t1']);
  const { intervals, ownVoice } = await client.getSpeakerTimeline({ botId });
  expect(intervals).toEqual([]);
  expect(ownVoice).toEqual([{ participantId: '', fromMs: 980, toMs: 5000 }]);

  expect(at.transcriber.names).toContainEqual({ trackId: 'own', participantId: 'bot', name: 'Ada' });
  const every3rd = (await heardOwn()).filter((_, index) => index % 3 === 0);
  expect(
    likeness(every3rd.subarray(0, 3000 * 16), at.transcriber.heard('own').subarray(980 * 16), 1600).likeness,
  ).toBeGreaterThan(0.95);
  expect(await readSpeech()).toEqual(['own', 't1']);
});

it('leaves it out of everything where neither is asked for', async () => {
  await visit({ isRecorded: false }, TranscriptionWay.LIVE);
  const { client, botId } = at.fixture;
  const pcm = await at.fixture.recording();
  expect(likeness(await decode(ann), pcm).likeness).toBeGreaterThan(0.999);
  expect(rmsDb(pcm.subarray(2100 * 48))).toBe(SILENCE_DB);
  expect(await client.getParticipants({ botId })).toMatchObject({
    participants: [{ name: 'Ann' }],
    ownVoice: undefined,
  });
  expect(await client.getSpeakerTimeline({ botId })).toEqual({ intervals: [], ownVoice: [] });
  expect(new Set(at.transcriber.chunks.map(({ trackId }) => trackId))).toEqual(new Set(['t1']));
  expect(await readSpeech()).toEqual(['t1']);
});
