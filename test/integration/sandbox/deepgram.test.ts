import { once } from 'node:events';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { RawSocket, type Message } from './raw-socket.ts';
import { inChunks, silence, speak } from './speech.ts';

// Recognising takes its share of a core, which others may want too.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: Sandbox;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(() => sandbox[Symbol.asyncDispose]());

const url = (query: string) =>
  `${sandbox.deepgramUrl.replace('http', 'ws')}/v1/listen?encoding=linear16&sample_rate=16000&${query}`;
const open = (query: string) => RawSocket.open(url(query), { key: `Token ${sandbox.keys.deepgram}` });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- see Message
const words = (message: Message): any[] => message.channel.alternatives[0].words;
const transcript = (messages: Message[]) =>
  messages
    .filter((message) => message.is_final)
    .map((message) => message.channel.alternatives[0].transcript as string)
    .join(' ');

it('tells one utterance a pause, with events, interim results and an end', async () => {
  const stream = await open(
    'interim_results=true&vad_events=true&utterance_end_ms=1000&endpointing=300&punctuate=true',
  );
  const [first, second] = [sentences[1]!.text, sentences[2]!.text];
  const [a, b] = [await speak(first), await speak(second)];
  // One second, and then the rest: whatever comes in one go has no interim results.
  stream.send(a.pcm.slice(0, 24_000));
  const interim = await stream.next((message) => message.type === 'Results' && !message.is_final);
  expect(words(interim).length).toBeGreaterThan(0);
  for (const pcm of [a.pcm.slice(24_000), silence(1500), b.pcm, silence(400)]) {
    for (const chunk of inChunks(pcm, 1600)) stream.send(chunk);
  }
  stream.send({ type: 'CloseStream' });
  expect(await stream.closed).toEqual({ code: 1000, reason: '' });

  const finals = stream.messages.filter((message) => message.is_final && words(message).length > 0);
  expect(finals).toHaveLength(2);
  expect(finals.every((message) => message.speech_final)).toBe(true);
  expect(wordErrorRate(`${first} ${second}`, transcript(finals))).toBeLessThanOrEqual(0.1);
  expect(words(finals[1]!)[0].start).toBeGreaterThan(a.pcm.length / 16_000 + 1.4);
  expect(words(finals[0]!)[0]).toMatchObject({ word: 'can', punctuated_word: 'Can' });
  expect(stream.messages.filter((message) => message.type === 'SpeechStarted')).toHaveLength(2);
  expect(stream.messages.at(-1)).toMatchObject({ type: 'Metadata', channels: 1, transaction_key: 'deprecated' });
});

it('flushes on Finalize, and says that it was that', async () => {
  const stream = await open('');
  stream.send((await speak(sentences[3]!.text)).pcm);
  stream.send({ type: 'Finalize' });
  const flushed = await stream.next((message) => message.type === 'Results');
  expect(flushed).toMatchObject({ is_final: true, from_finalize: true });
  expect(wordErrorRate(sentences[3]!.text, transcript([flushed]))).toBeLessThanOrEqual(0.1);
  stream.send(new Uint8Array(0));
  expect((await stream.closed).code).toBe(1000);
  expect(stream.messages.some((message) => message.type === 'Results' && !message.is_final)).toBe(false);
});

it('closes a stream that is kept neither fed nor alive', async () => {
  await using impatient = await startSandbox({ deepgramIdleMs: 200 });
  const stream = await RawSocket.open(
    `${impatient.deepgramUrl.replace('http', 'ws')}/v1/listen?encoding=linear16&sample_rate=16000`,
    { key: `Token ${impatient.keys.deepgram}` },
  );
  stream.send({ type: 'KeepAlive' });
  expect(await stream.closed).toEqual({ code: 1011, reason: 'NET-0001' });
});

it.each([
  ['a wrong key', 'Token wrong', '', 401, 'Invalid credentials.'],
  ['no scheme', 'sandbox-deepgram-key', '', 401, 'Invalid credentials.'],
  ['keywords with nova-3', 'Token sandbox-deepgram-key', 'model=nova-3&keywords=a', 400, 'Keywords are not supported'],
  [
    'utterance ends without interim results',
    'Token sandbox-deepgram-key',
    'utterance_end_ms=1000',
    400,
    'interim_results',
  ],
])('refuses %s at the handshake', async (_, authorization, query, status, reason) => {
  const socket = new WebSocket(url(query), { headers: { authorization } });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  expect(response.statusCode).toBe(status);
  expect(response.headers['dg-error']).toContain(reason);
  expect(response.headers['dg-request-id']).toBeTruthy();
});

it('transcribes a file, with paragraphs and utterances when asked', async () => {
  const { wav } = await speak(sentences[4]!.text);
  const ask = (key: string, body: Buffer = wav) =>
    fetch(
      `${sandbox.deepgramUrl}/v1/listen?model=nova-3&punctuate=true&utterances=true&paragraphs=true&diarize=true&tag=a&tag=b`,
      {
        method: 'POST',
        headers: { authorization: `Token ${key}` },
        body: new Uint8Array(body),
      },
    );
  const result = (await (await ask(sandbox.keys.deepgram)).json()) as Message;
  const [best] = result.results.channels[0].alternatives;
  expect(wordErrorRate(sentences[4]!.text, best.transcript)).toBeLessThanOrEqual(0.1);
  expect(best.words[0]).toMatchObject({ speaker: 0, word: 'we', punctuated_word: 'We' });
  expect(best.paragraphs.paragraphs[0].num_words).toBe(best.words.length);
  expect(result.results.utterances[0].transcript).toBe(best.transcript);
  expect(sandbox.requests.at(-1)).toMatchObject({ path: '/v1/listen', isAuthorised: true, query: { tag: ['a', 'b'] } });

  expect((await ask('wrong')).status).toBe(401);
  expect((await ask(sandbox.keys.deepgram, Buffer.from('not audio'))).status).toBe(400);
});

it('fails on demand, once, also when told from another process', async () => {
  const fault = { vendor: 'deepgram', mode: 'batch', kind: 'rate-limited' };
  const tell = (body: unknown) =>
    fetch(`${sandbox.deepgramUrl}/__faults`, { method: 'POST', body: JSON.stringify(body) });
  const ask = () =>
    fetch(`${sandbox.deepgramUrl}/v1/listen`, {
      method: 'POST',
      headers: { authorization: `Token ${sandbox.keys.deepgram}` },
    });
  expect((await tell({ ...fault, kind: 'gremlins' })).status).toBe(400);
  expect((await tell(fault)).status).toBe(200);
  expect((await ask()).status).toBe(429);
  expect((await ask()).status).toBe(400);
});
