import { randomUUID } from 'node:crypto';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { openToAll } from '@earshot/harness';
import { AppError, silentLog } from '@earshot/kernel';
import { createRpcServer, type Handlers } from '@earshot/rpc';
import { sentences } from '@earshot/sandbox';
import { beforeEach, expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { speak } from '../sandbox/speech.ts';
import { eventually } from './fixture.ts';
import { setUpGround } from './transcriber-fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const text = sentences
  .slice(0, 2)
  .map((sentence) => sentence.text)
  .join(' ');
const startedAt = new Date('2026-01-01T10:00:00Z');
let mediaAddress: string;
let wav: Buffer;
/** How often a recording was asked for, and how often that is still to fail. */
let reads = 0;
let failures = 0;

const refuse = () => Promise.reject(new AppError('internal', 'not part of this test'));

const refuseStream = async function* () {
  await refuse();
};

const handlers = {
  async getRecording({ botId }) {
    const state = 'RECORDING_STATE_READY' as const;
    return {
      botId,
      state,
      startedAt,
      durationMs: 1,
      bytes: wav.length,
      sha256: '',
      accountId: 'account-1',
      droppedItems: 0,
      missingMs: 0,
      detail: '',
      paused: [],
    };
  },
  async *readRecording() {
    reads++;
    yield { totalBytes: wav.length, contentType: 'audio/wav', chunk: Buffer.alloc(0) };
    for (let at = 0; at < wav.length; at += 65_536) {
      if (failures > 0 && at > 0) {
        failures--;
        throw new AppError('unavailable', 'gone in the middle');
      }
      yield { totalBytes: 0, contentType: '', chunk: wav.subarray(at, at + 65_536) };
    }
  },
  ...{ ingestVideo: refuseStream, watch: refuseStream, readTrack: refuseStream, storeArtifact: refuseStream },
  ...{ listTracks: refuse, listArtifacts: refuse },
  ...{ getChat: refuse, signArtifact: refuse, erase: refuse },
  ...{ keepDebugArtifact: refuse, listDebugArtifacts: refuse },
  async *ingest() {
    await refuse();
  },
  // Nobody is marked as speaking.
  getParticipants: async () => ({ participants: [], ownVoice: undefined }),
  getSpeakerTimeline: async () => ({ intervals: [], ownVoice: [] }),
  // Heard as one mix.
  async *readSpeech() {},
  async *readArtifact() {
    await refuse();
  },
} satisfies Handlers<typeof MediaServiceService>;

const at = setUpGround(async () => {
  ({ wav } = await speak(text));
  const media = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  media.add(MediaServiceService, handlers, openToAll(MediaServiceService));
  mediaAddress = `127.0.0.1:${await media.start()}`;
  return media;
});
beforeEach(() => {
  failures = reads = 0;
});

it.each(['deepgram', 'assemblyai', 'openai_compatible'])('%s transcribes a recording', async (engine) => {
  const { client } = await at.ground.start({ config: { mediaAddress } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayProcessing(botId, { transcriptId, engine });
  const waiting = await eventually(
    () => client.getTranscript({ transcriptId }).catch(() => undefined),
    (transcript) => transcript !== undefined,
  );
  expect(waiting).toMatchObject({ state: 'TRANSCRIPT_STATE_PROCESSING', engine, accountId: 'account-1', rawJson: '' });
  expect(heard.last()).toEqual([]);
  // A recording that is cut says so, and so does what is read from it.
  const detail = engine === 'openai_compatible' ? 'storage_full' : '';
  await at.ground.sayRecording(botId, 'ready', detail);
  await at.ground.sayRecording(botId, 'ready', detail);
  await eventually(heard.last, (facts) => facts.length > 0);

  const transcript = await client.getTranscript({ transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_READY', failure: '', startedAt });
  expect(JSON.parse(transcript.rawJson)).toBeTypeOf('object');
  const spoken = transcript.utterances.map((utterance) => utterance.text).join(' ');
  expect(wordErrorRate(text, spoken)).toBeLessThanOrEqual(0.25);
  // Whisper does not separate voices.
  const speakerName = engine === 'openai_compatible' ? '' : 'Speaker 1';
  expect(transcript.utterances[0]).toMatchObject({ trackId: 'mixed', speakerName, participantId: '' });
  const words = transcript.utterances.flatMap((utterance) => utterance.words);
  expect(heard.last()).toEqual([
    { $case: 'transcriptReady', value: { transcriptId, words: words.length, missedMs: 0, detail } },
  ]);
  expect(reads).toBe(1);
});

it('has the words of a server that answers with the text alone', async () => {
  at.sandbox.faults.next({ vendor: 'openai', mode: 'batch', kind: 'additions' });
  const { client } = await at.ground.start({ config: { mediaAddress } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayProcessing(botId, { transcriptId, engine: 'openai_compatible' });
  await at.ground.sayRecording(botId, 'ready');
  await eventually(heard.last, (facts) => facts.length > 0);
  const { state, utterances } = await client.getTranscript({ transcriptId });
  expect(state).toBe('TRANSCRIPT_STATE_READY');
  expect(wordErrorRate(text, utterances.map((utterance) => utterance.text).join(' '))).toBeLessThanOrEqual(0.25);
});

it('tries again when the provider or the recording is away for a moment', async () => {
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'server-error' });
  failures = 1;
  await at.ground.start({ config: { mediaAddress } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayRecording(botId, 'ready');
  await at.ground.sayProcessing(botId, { transcriptId, engine: 'deepgram' });
  const facts = await eventually(heard.last, (last) => last.length > 0);
  expect(facts).toMatchObject([{ $case: 'transcriptReady' }]);
  expect(reads).toBe(3);
});

it('goes on after an end in the middle', async () => {
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'stall' });
  const first = await at.ground.start({ config: { mediaAddress } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  const asked = at.sandbox.requests.length;
  await at.ground.sayRecording(botId, 'ready');
  await at.ground.sayProcessing(botId, { transcriptId, engine: 'deepgram' });
  await eventually(
    () => at.sandbox.requests.length,
    (count) => count > asked,
  );
  await first.stop();
  expect(heard.last()).toEqual([]);
  await at.ground.start({ config: { mediaAddress } });
  const facts = await eventually(heard.last, (last) => last.length > 0);
  expect(facts).toMatchObject([{ $case: 'transcriptReady' }]);
});

it.each([
  { engine: 'deepgram', key: 'wrong', says: /refused the key/ },
  { engine: 'deepgram', key: undefined, says: /^no API key is configured for deepgram$/ },
  { engine: 'sarvam', key: 'any', says: /^there is no speech engine sarvam$/ },
])('$engine with the key $key fails with the reason', async ({ engine, key, says }) => {
  const secrets = { apiKeys: { deepgram: key, assemblyai: undefined, openai_compatible: undefined } };
  const { client } = await at.ground.start({ config: { mediaAddress, secrets } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayRecording(botId, 'ready');
  await at.ground.sayProcessing(botId, { transcriptId, engine });
  const [fact] = await eventually(heard.last, (last) => last.length > 0);
  expect(fact).toMatchObject({ $case: 'transcriptFailed', value: { detail: expect.stringMatching(says) } });
  const transcript = await client.getTranscript({ transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_FAILED', failure: expect.stringMatching(says) });
});

it('skips what has no engine, and what was not recorded', async () => {
  const { client } = await at.ground.start({ config: { mediaAddress } });
  const [silent, missed, transcriptId] = [randomUUID(), randomUUID(), randomUUID()];
  const heard = [at.ground.subscribeEphemeral(silent), at.ground.subscribeEphemeral(missed)];
  await at.ground.sayProcessing(silent);
  await at.ground.sayProcessing(missed, { transcriptId, engine: 'deepgram' });
  await at.ground.sayRecording(silent, 'ready');
  await at.ground.sayRecording(missed, 'missing');
  for (const { last } of heard) {
    expect(await eventually(last, (facts) => facts.length > 0)).toEqual([{ $case: 'transcriptSkipped', value: {} }]);
  }
  expect(reads).toBe(0);
  const transcript = await client.getTranscript({ transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_FAILED', failure: 'nothing was recorded' });
});

it('says that there is nothing when it is erased before it is done', async () => {
  const { client } = await at.ground.start({ config: { mediaAddress } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayProcessing(botId, { transcriptId, engine: 'deepgram' });
  await eventually(
    () => client.erase({ botId, final: false }),
    ({ deletedObjects }) => deletedObjects === 1,
  );
  await at.ground.sayRecording(botId, 'ready');
  expect(await eventually(heard.last, (facts) => facts.length > 0)).toEqual([
    { $case: 'transcriptSkipped', value: {} },
  ]);
});
