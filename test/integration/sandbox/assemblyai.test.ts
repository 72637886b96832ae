import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { RawSocket, type Message } from './raw-socket.ts';
import { inChunks, silence, speak } from './speech.ts';

// Recognising takes its share of a core, which others may want too.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: Sandbox;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(() => sandbox[Symbol.asyncDispose]());

const model = 'speech_model=universal-streaming-english';
const open = (query: string, key = sandbox.keys.assemblyai) =>
  RawSocket.open(`${sandbox.assemblyaiStreamingUrl}?${query}`, { key, caPath: sandbox.caPath });
const isEndOfSpeech = (message: Message) => message.type === 'Turn' && message.end_of_turn;

it('tells turns, growing, ended and formatted', async () => {
  const stream = await open(`${model}&format_turns=true`);
  const { pcm } = await speak(sentences[6]!.text);
  for (const chunk of inChunks(pcm.slice(0, 24_000), 1600)) stream.send(chunk);
  const growing = await stream.next((message) => message.type === 'Turn');
  expect(growing).toMatchObject({ turn_order: 0, end_of_turn: false, turn_is_formatted: false });
  for (const chunk of inChunks(Int16Array.from([...pcm.slice(24_000), ...silence(1000)]), 1600)) {
    if (chunk.length >= 800) stream.send(chunk);
  }
  const formatted = await stream.next((message) => message.turn_is_formatted);
  const [ended] = stream.messages.filter(isEndOfSpeech);
  expect(ended).toMatchObject({ turn_order: 0, turn_is_formatted: false });
  expect(wordErrorRate(sentences[6]!.text, ended!.transcript)).toBeLessThanOrEqual(0.1);
  expect(formatted.transcript).toMatch(/^Let us .*\.$/);
  expect(formatted.words.every((word: Message) => Number.isInteger(word.start) && word.word_is_final)).toBe(true);

  stream.send({ type: 'Terminate' });
  expect((await stream.closed).code).toBe(1000);
  expect(stream.messages[0]).toMatchObject({ type: 'Begin' });
  expect(stream.messages.at(-1)).toMatchObject({ type: 'Termination', audio_duration_seconds: expect.any(Number) });
});

it('ends the turn on ForceEndpoint, and what is left on Terminate', async () => {
  const stream = await open(model);
  const { pcm } = await speak(sentences[7]!.text);
  for (const chunk of inChunks(pcm, 8000)) if (chunk.length >= 800) stream.send(chunk);
  stream.send({ type: 'ForceEndpoint' });
  for (const chunk of inChunks(pcm, 8000)) if (chunk.length >= 800) stream.send(chunk);
  stream.send({ type: 'Terminate' });
  await stream.closed;
  const turns = stream.messages.filter(isEndOfSpeech);
  expect(turns.map((turn) => turn.turn_order)).toEqual([0, 1]);
  for (const turn of turns) expect(wordErrorRate(sentences[7]!.text, turn.transcript)).toBeLessThanOrEqual(0.2);
});

it.each([
  ['a wrong key', model, 'wrong', undefined, 1008],
  ['no model', '', undefined, undefined, 3006],
  ['a short message', model, undefined, silence(25), 3007],
  ['a long message', model, undefined, silence(1001), 3007],
  ['a message it does not know', model, undefined, { type: 'Dance' }, 3006],
])('closes on %s, and says why', async (_, query, key, message, code) => {
  const stream = await open(query, key);
  if (message) stream.send(message);
  const { code: closeCode } = await stream.closed;
  expect(closeCode).toBe(code);
  expect(stream.messages.at(-1)).toMatchObject({ type: 'Error', error_code: code, error: expect.any(String) });
});

it('transcribes an upload', async () => {
  const headers = { authorization: sandbox.keys.assemblyai };
  const call = async (path: string, init: RequestInit = {}) =>
    (await (await fetch(sandbox.assemblyaiUrl + path, { headers, ...init })).json()) as Message;
  const { wav } = await speak(sentences[8]!.text);
  const { upload_url } = await call('/v2/upload', { method: 'POST', body: new Uint8Array(wav) });
  const body = JSON.stringify({ audio_url: upload_url, speaker_labels: true });
  const { id, status } = await call('/v2/transcript', { method: 'POST', body });
  expect(status).toBe('queued');
  await expect.poll(async () => (await call(`/v2/transcript/${id}`)).status, { timeout: 10_000 }).toBe('completed');
  const transcript = await call(`/v2/transcript/${id}`);
  expect(wordErrorRate(sentences[8]!.text, transcript.text)).toBeLessThanOrEqual(0.1);
  expect(transcript.utterances[0]).toMatchObject({ speaker: 'A', text: transcript.text });
  await call(`/v2/transcript/${id}`, { method: 'DELETE' });
  expect(await call(`/v2/transcript/${id}`)).toHaveProperty('error');
  expect((await fetch(`${sandbox.assemblyaiUrl}/v2/upload`, { method: 'POST' })).status).toBe(401);
});
