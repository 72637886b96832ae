import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { sentences, startSandbox, type Fault, type Sandbox } from '@earshot/sandbox';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';

// Recognising takes its share of a core, which others may want too.
vi.setConfig({ testTimeout: 30_000 });

let sandbox: Sandbox;
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(() => sandbox[Symbol.asyncDispose]());

const order = { model: 'tts-1', voice: 'alloy', input: sentences[3]!.text, response_format: 'pcm' };
const speak = (body: object, key = sandbox.keys.openai) =>
  fetch(`${sandbox.openaiUrl}/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const fail = (fault: Omit<Fault, 'vendor' | 'mode'>) =>
  sandbox.faults.next({ vendor: 'openai', mode: 'speech', ...fault });

/** What the sandbox's own recogniser hears in a WAV file. */
async function hear(wav: Buffer): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(wav)]));
  form.set('model', 'whisper-1');
  const answer = await fetch(`${sandbox.openaiUrl}/audio/transcriptions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.keys.openai}` },
    body: form,
  });
  return ((await answer.json()) as { text: string }).text;
}

it('speaks a text so that it is understood, as a WAV file and as the same samples without a header', async () => {
  const wav = await speak({ ...order, response_format: 'wav' });
  expect([wav.status, wav.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  const bytes = Buffer.from(await wav.arrayBuffer());
  // 24 kHz, one channel, 16 bits; the sizes of a stream are the largest there are.
  expect([bytes.readUInt32LE(24), bytes.readUInt16LE(22), bytes.readUInt16LE(34)]).toEqual([24_000, 1, 16]);
  expect(bytes.readUInt32LE(40)).toBe(0xffffffff);
  expect(wordErrorRate(order.input, await hear(bytes))).toBeLessThanOrEqual(0.1);

  const pcm = Buffer.from(await (await speak(order)).arrayBuffer());
  expect(pcm.equals(bytes.subarray(44))).toBe(true);
  const fast = Buffer.from(await (await speak({ ...order, speed: 2 })).arrayBuffer());
  expect(fast.length / pcm.length).toBeGreaterThan(0.4);
  expect(fast.length / pcm.length).toBeLessThan(0.6);
  const { body } = sandbox.requests.at(-1)!;
  expect(body).toEqual({ ...order, speed: 2 });
});

it('sends each sentence as soon as it is made', async () => {
  const body = JSON.stringify({ ...order, input: sentences.map(({ text }) => `${text}.`).join(' ') });
  const request = httpRequest(`${sandbox.openaiUrl}/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.keys.openai}` },
  });
  const startedAt = performance.now();
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const firstByteMs = performance.now() - startedAt;
  const whole = await buffer(response);
  const allMs = performance.now() - startedAt;
  expect(whole.length / 2 / 24_000).toBeGreaterThan(30);
  expect(firstByteMs / allMs).toBeLessThan(0.5);
});

it.each([
  ['a wrong key', {}, 'wrong', 401, 'invalid_api_key'],
  ['no text', { input: '' }, undefined, 400, 'invalid_value'],
  ['more than 4096 characters', { input: 'a'.repeat(4097) }, undefined, 400, 'invalid_value'],
  ['no voice', { voice: undefined }, undefined, 400, 'invalid_value'],
  ['a speed of 5', { speed: 5 }, undefined, 400, 'invalid_value'],
])('refuses %s', async (_, change, key, status, code) => {
  const answer = await speak({ ...order, ...change }, key);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', code } });
});

it('fails on demand, before the first byte or in the middle', async () => {
  fail({ kind: 'rate-limited' });
  expect((await speak(order)).status).toBe(429);
  fail({ kind: 'server-error' });
  const failed = await speak(order);
  expect([failed.status, await failed.json()]).toMatchObject([500, { error: { type: 'server_error' } }]);
  fail({ kind: 'malformed' });
  expect((await speak(order)).headers.get('content-type')).toBe('application/json');
  fail({ kind: 'close-mid-stream', after: 3 });
  await expect(speak(order).then((answer) => answer.arrayBuffer())).rejects.toThrow();

  fail({ kind: 'stall', forMs: 300 });
  const startedAt = performance.now();
  const slow = await speak(order);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(300);
  const late = await slow.arrayBuffer();
  expect(late.byteLength).toBe((await (await speak(order)).arrayBuffer()).byteLength);
  expect(sandbox.faults.left).toBe(0);
});
