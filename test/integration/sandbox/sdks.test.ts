import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { DeepgramClient } from '@deepgram/sdk';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { AssemblyAI } from 'assemblyai';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { inChunks, silence, speak, type Speech } from './speech.ts';

vi.setConfig({ testTimeout: 30_000 });

const { text } = sentences[1]!;
let sandbox: Sandbox;
let speech: Speech;
beforeAll(async () => {
  sandbox = await startSandbox();
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(sandbox.caPath, 'utf8')]);
  speech = await speak(text);
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const deepgram = (apiKey = sandbox.keys.deepgram) =>
  new DeepgramClient({ apiKey, baseUrl: sandbox.deepgramUrl, maxRetries: 0 });
const assemblyai = (apiKey = sandbox.keys.assemblyai) => new AssemblyAI({ apiKey, baseUrl: sandbox.assemblyaiUrl });

it('Deepgram’s own SDK reads a recording', async () => {
  const options = { model: 'nova-3', punctuate: true, utterances: true, paragraphs: true } as const;
  const answer = await deepgram().listen.v1.media.transcribeFile(speech.wav, options);
  if (!('results' in answer)) throw new Error('accepted, and not transcribed');
  expect(answer.metadata).toMatchObject({ channels: 1, request_id: expect.any(String), sha256: expect.any(String) });
  const best = answer.results.channels[0]?.alternatives?.[0];
  expect(wordErrorRate(text, best?.transcript ?? '')).toBeLessThanOrEqual(0.1);
  expect(best?.words?.length).toBe(text.split(' ').length);
  expect(answer.results.utterances?.[0]?.words?.[0]).toMatchObject({ word: 'can', punctuated_word: 'Can' });
  await expect(deepgram('wrong').listen.v1.media.transcribeFile(speech.wav, options)).rejects.toMatchObject({
    statusCode: 401,
    body: { err_code: expect.any(String) },
  });
});

it('Deepgram’s own SDK listens live: every message it documents, and a clean end', async () => {
  const connection = await deepgram().listen.v1.connect({
    ...{ model: 'nova-2', encoding: 'linear16', sample_rate: '16000', interim_results: 'true', punctuate: 'true' },
    ...{ vad_events: 'true', utterance_end_ms: '1000', endpointing: '300', reconnectAttempts: 0 },
    Authorization: `Token ${sandbox.keys.deepgram}`,
  });
  const messages: { type: string; is_final?: boolean; from_finalize?: boolean }[] = [];
  const closed = Promise.withResolvers<number>();
  connection.on('message', (message) => void messages.push(message as { type: string }));
  connection.on('close', ({ code }) => closed.resolve(code));
  connection.connect();
  await connection.waitForOpen();
  connection.sendKeepAlive({ type: 'KeepAlive' });
  const say = (pcm: Int16Array) => {
    for (const chunk of inChunks(pcm, 1600)) connection.sendMedia(new Uint8Array(chunk.slice().buffer));
  };
  say(speech.pcm);
  say(silence(500));
  await vi.waitUntil(() => messages.some(({ is_final: isFinal }) => isFinal), { timeout: 20_000 });
  // The end of an utterance is told by the audio that comes after it.
  say(silence(1500));
  connection.sendFinalize({ type: 'Finalize' });
  await vi.waitUntil(() => messages.some(({ from_finalize: isFlushed }) => isFlushed), { timeout: 20_000 });
  connection.sendCloseStream({ type: 'CloseStream' });
  expect(await closed.promise).toBe(1000);
  const types = new Set(messages.map(({ type }) => type));
  expect(types).toEqual(new Set(['SpeechStarted', 'Results', 'UtteranceEnd', 'Metadata']));
  expect(messages.at(-1)?.type).toBe('Metadata');
});

it('AssemblyAI’s own SDK uploads, submits and polls', async () => {
  const transcript = await assemblyai().transcripts.transcribe(
    { audio: speech.wav, speaker_labels: true, speech_models: ['universal-2'] },
    { pollingInterval: 50 },
  );
  expect(transcript).toMatchObject({ status: 'completed', id: expect.any(String), utterances: [{ speaker: 'A' }] });
  expect(wordErrorRate(text, transcript.text ?? '')).toBeLessThanOrEqual(0.1);
  await expect(assemblyai('wrong').transcripts.transcribe({ audio: speech.wav })).rejects.toThrow(/Authentication/);
});

it('AssemblyAI’s own SDK listens live, and is told the end', async () => {
  const { assemblyaiStreamingUrl: websocketBaseUrl } = sandbox;
  const transcriber = assemblyai().streaming.transcriber({
    ...{ websocketBaseUrl, sampleRate: 16_000, formatTurns: true },
    speechModel: 'universal-streaming-english',
  });
  const turns: { turn_is_formatted: boolean; transcript: string }[] = [];
  transcriber.on('turn', (turn) => void turns.push(turn));
  const begin = await transcriber.connect();
  expect(begin).toMatchObject({ id: expect.any(String) });
  for (const chunk of inChunks(speech.pcm, 1600)) {
    if (chunk.length >= 800) transcriber.sendAudio(chunk.slice().buffer);
  }
  transcriber.forceEndpoint();
  await vi.waitUntil(() => turns.some((turn) => turn.turn_is_formatted), { timeout: 20_000 });
  expect(wordErrorRate(text, turns.at(-1)!.transcript)).toBeLessThanOrEqual(0.1);
  // Resolves with Termination, which the SDK waits for.
  await transcriber.close(true);

  const stranger = assemblyai('wrong').streaming.transcriber({
    ...{ websocketBaseUrl, sampleRate: 16_000, maxConnectionRetries: 0 },
    speechModel: 'universal-streaming-english',
  });
  await expect(stranger.connect()).rejects.toMatchObject({ code: 1008 });
});
