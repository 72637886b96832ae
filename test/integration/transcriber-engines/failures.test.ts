import { SECOND } from '@earshot/kernel';
import { sentences, startSandbox, type Fault, type Sandbox } from '@earshot/sandbox';
import { systemClock } from '@earshot/service';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { AssemblyAiStreamingEngine } from '../../../services/transcriber/src/engines/assemblyai/streaming.ts';
import { AssemblyAiEngine } from '../../../services/transcriber/src/engines/assemblyai/batch.ts';
import { DeepgramStreamingEngine } from '../../../services/transcriber/src/engines/deepgram/streaming.ts';
import { DeepgramEngine } from '../../../services/transcriber/src/engines/deepgram/batch.ts';
import { createEngines } from '../../../services/transcriber/src/engines/engines.ts';
import { OpenAiCompatibleEngine } from '../../../services/transcriber/src/engines/openai-compatible/batch.ts';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { speak, type Speech } from '../sandbox/speech.ts';
import { failureOf, listen, trust, vendorSettings } from './fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let sandbox: Sandbox;
let speech: Speech;
beforeAll(async () => {
  sandbox = await startSandbox();
  trust(sandbox);
  speech = await speak(`${sentences[0]!.text} ${sentences[1]!.text}`);
});
afterAll(() => sandbox[Symbol.asyncDispose]());
afterEach(() => sandbox.faults.clear());

const vendors = ['deepgram', 'assemblyai'] as const;
/** Those that read recordings. */
const readers = [...vendors, 'openai'] as const;
const { signal } = new AbortController();

/** Only a provider that will never answer is waited for in vain: a busy machine answers late. */
const impatient = { stallTimeoutMs: 2 * SECOND, closeTimeoutMs: 2 * SECOND };

function streaming(
  vendor: (typeof vendors)[number],
  { apiKey = sandbox.keys[vendor], ...patience }: { apiKey?: string } & Partial<typeof impatient> = {},
) {
  return vendor === 'deepgram'
    ? new DeepgramStreamingEngine({ apiKey, baseUrl: sandbox.deepgramUrl, ...patience })
    : new AssemblyAiStreamingEngine({ apiKey, streamingUrl: sandbox.assemblyaiStreamingUrl, ...patience });
}

function batch(vendor: Fault['vendor'], apiKey = sandbox.keys[vendor]) {
  if (vendor === 'deepgram') return new DeepgramEngine({ apiKey, baseUrl: sandbox.deepgramUrl });
  if (vendor === 'openai')
    return new OpenAiCompatibleEngine({ apiKey, baseUrl: sandbox.openaiUrl, model: 'whisper-1' });
  return new AssemblyAiEngine({ apiKey, baseUrl: sandbox.assemblyaiUrl, pollIntervalMs: 50 });
}

const refusals = [
  { kind: 'bad-key', code: 'unauthenticated' },
  { kind: 'rate-limited', code: 'resource-exhausted' },
  { kind: 'server-error', code: 'unavailable' },
] as const;

it.each(vendors.flatMap((vendor) => refusals.map((each) => ({ vendor, ...each }))))(
  '$vendor refuses a stream: $kind is $code',
  async ({ vendor, kind, code }) => {
    sandbox.faults.next({ vendor, mode: 'streaming', kind });
    await expect(listen(streaming(vendor))).rejects.toMatchObject({ name: 'AppError', code });
  },
);

it.each([
  { vendor: 'assemblyai', kind: 'no-room', code: 'resource-exhausted', reason: /too many concurrent/i },
  { vendor: 'assemblyai', kind: 'garbled-key', code: 'unavailable', reason: /incorrect padding/i },
  { vendor: 'assemblyai', kind: 'bare-refusal', code: 'unauthenticated', reason: /not authorized/i },
  { vendor: 'deepgram', kind: 'bad-request', code: 'invalid-argument', reason: /failed to load model nova-9/ },
  { vendor: 'deepgram', kind: 'rate-limited', code: 'resource-exhausted', reason: /try again later/ },
] as const)('$vendor says why it refuses a stream: $kind is $code', async ({ vendor, kind, code, reason }) => {
  sandbox.faults.next({ vendor, mode: 'streaming', kind });
  const fields = { reason: expect.stringMatching(reason) as string };
  await expect(listen(streaming(vendor))).rejects.toMatchObject({ name: 'AppError', code, fields });
});

it.each(vendors)('%s sends what nobody has seen before, and every word is heard', async (vendor) => {
  sandbox.faults.next({ vendor, mode: 'streaming', kind: 'additions' });
  const { session, say, finals } = await listen(streaming(vendor));
  say(speech.pcm);
  session.finalize();
  expect(await session.close()).toEqual({ kind: 'closed' });
  const heard = finals.map(({ text }) => text).join(' ');
  expect(wordErrorRate(`${sentences[0]!.text} ${sentences[1]!.text}`, heard)).toBeLessThanOrEqual(0.25);
});

it.each(readers.flatMap((vendor) => refusals.map((each) => ({ vendor, ...each }))))(
  '$vendor refuses a recording: $kind is $code',
  async ({ vendor, kind, code }) => {
    sandbox.faults.next({ vendor, mode: 'batch', kind });
    const asked = batch(vendor).transcribe({ wav: speech.wav, engineOptions: {}, signal });
    await expect(asked).rejects.toMatchObject({ name: 'AppError', code, fields: { reason: expect.any(String) } });
  },
);

it.each([
  { kind: 'close-mid-stream' as const, code: 'unavailable' },
  { kind: 'malformed' as const, code: 'internal' },
])('a recording: $kind is $code', async ({ kind, code }) => {
  for (const vendor of readers) {
    sandbox.faults.next({ vendor, mode: 'batch', kind });
    const asked = batch(vendor).transcribe({ wav: speech.wav, engineOptions: {}, signal });
    await expect(asked).rejects.toMatchObject({ name: 'AppError', code });
  }
});

it.each(
  vendors.flatMap((vendor) => [
    { vendor, kind: 'close-mid-stream' as const, code: 'unavailable' },
    { vendor, kind: 'malformed' as const, code: 'internal' },
  ]),
)('$vendor fails in the middle of a stream: $kind is $code', async ({ vendor, kind, code }) => {
  sandbox.faults.next({ vendor, mode: 'streaming', kind, after: 2 });
  const { session, say } = await listen(streaming(vendor));
  say(speech.pcm);
  session.finalize();
  expect(failureOf(await session.closed)).toMatchObject({ code, reason: expect.any(String) });
  // What comes after the end is let go without a word.
  say(speech.pcm);
  session.finalize();
  expect(await session.close()).toMatchObject({ kind: 'failed' });
});

it.each(vendors)('%s goes quiet: speech without an answer is unavailable', async (vendor) => {
  sandbox.faults.next({ vendor, mode: 'streaming', kind: 'stall', after: 0 });
  const { session, say } = await listen(streaming(vendor, impatient));
  say(speech.pcm);
  say(speech.pcm);
  expect(failureOf(await session.closed)).toMatchObject({ code: 'unavailable', reason: 'no answer to the audio' });
});

it.each(vendors)('%s goes quiet while it should finish', async (vendor) => {
  sandbox.faults.next({ vendor, mode: 'streaming', kind: 'stall', after: 0 });
  const { session, say } = await listen(streaming(vendor, impatient));
  say(speech.pcm.slice(0, 16_000));
  expect(failureOf(await session.close())).toMatchObject({ code: 'unavailable' });
});

it.each(vendors)('%s: a stream can be cancelled', async (vendor) => {
  const { session, say, cancel } = await listen(streaming(vendor));
  say(speech.pcm);
  cancel();
  expect(await session.closed).toEqual({ kind: 'cancelled' });
});

it.each(readers)('%s: a recording can be cancelled', async (vendor) => {
  sandbox.faults.next({ vendor, mode: 'batch', kind: 'stall' });
  const controller = new AbortController();
  const asked = batch(vendor).transcribe({ wav: speech.wav, engineOptions: {}, signal: controller.signal });
  const seen = sandbox.requests.length;
  await vi.waitUntil(() => sandbox.requests.length > seen);
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
});

it.each(readers)('%s: a real refusal of the key never shows it', async (vendor) => {
  const asked = [
    ...(vendor === 'openai' ? [] : [listen(streaming(vendor, { apiKey: 'a-wrong-key' }))]),
    batch(vendor, 'a-wrong-key').transcribe({ wav: speech.wav, engineOptions: {}, signal }),
  ];
  for (const refused of await Promise.allSettled(asked)) {
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'unauthenticated' } });
    expect(JSON.stringify((refused as PromiseRejectedResult).reason)).not.toContain('a-wrong-key');
  }
});

it('refuses what cannot be right, before anything is sent', async () => {
  const seen = sandbox.requests.length;
  await expect(listen(streaming('deepgram'), { speed: 2 })).rejects.toMatchObject({ code: 'invalid-argument' });
  const unreadable = batch('deepgram').transcribe({ wav: new Uint8Array(3), engineOptions: { loud: true }, signal });
  await expect(unreadable).rejects.toThrow(/loud: unknown option/);
  expect(sandbox.requests).toHaveLength(seen);
  const engines = createEngines({ apiKeys: {}, settings: vendorSettings(sandbox), clock: systemClock });
  expect(() => engines.batch('deepgram')).toThrow(expect.objectContaining({ code: 'failed-precondition' }));
  expect(() => engines.batch('deepgram_streaming')).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
});

it.each(readers)('%s: audio that nobody can read is a failed precondition', async (vendor) => {
  const asked = batch(vendor).transcribe({ wav: Buffer.from('not audio'), engineOptions: {}, signal });
  await expect(asked).rejects.toMatchObject({ code: 'failed-precondition' });
});

it.each(readers)('%s: a recording that is never answered is unavailable', async (vendor) => {
  sandbox.faults.next({ vendor, mode: 'batch', kind: 'stall' });
  const config = { apiKey: sandbox.keys[vendor], answerTimeoutMs: 300 };
  const engines = {
    deepgram: () => new DeepgramEngine({ ...config, baseUrl: sandbox.deepgramUrl }),
    assemblyai: () => new AssemblyAiEngine({ ...config, baseUrl: sandbox.assemblyaiUrl }),
    openai: () => new OpenAiCompatibleEngine({ ...config, baseUrl: sandbox.openaiUrl, model: 'whisper-1' }),
  };
  const engine = engines[vendor]();
  const asked = engine.transcribe({ wav: speech.wav, engineOptions: {}, signal });
  await expect(asked).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
});

it('a session of AssemblyAI that has become too old is unavailable, so that another is opened', async () => {
  sandbox.faults.next({ vendor: 'assemblyai', mode: 'streaming', kind: 'session-limit', after: 2 });
  const { session, say } = await listen(streaming('assemblyai'));
  say(speech.pcm);
  expect(failureOf(await session.closed)).toMatchObject({ code: 'unavailable', closeCode: 3008 });
});

it('says a backlog to AssemblyAI no faster than it takes it, and hears all of it', async () => {
  await using strict = await startSandbox({ assemblyaiLeadMs: 1300, workers: 1 });
  trust(strict);
  const { assemblyai: apiKey } = strict.keys;
  const closeTimeoutMs = 30 * SECOND;
  const engine = new AssemblyAiStreamingEngine({
    apiKey,
    streamingUrl: strict.assemblyaiStreamingUrl,
    closeTimeoutMs,
  });
  const { session, say, finals } = await listen(engine);
  const startedAt = Date.now();
  say(speech.pcm);
  session.finalize();
  expect(await session.close()).toEqual({ kind: 'closed' });
  expect(Date.now() - startedAt).toBeGreaterThan(speech.pcm.length / 16 - 1500);
  const heard = finals.map(({ text }) => text).join(' ');
  expect(wordErrorRate(`${sentences[0]!.text} ${sentences[1]!.text}`, heard)).toBeLessThanOrEqual(0.25);
});

it('says that a provider that is not there is unavailable', async () => {
  const nowhere = 'http://127.0.0.1:9';
  const apiKey = 'key';
  await expect(listen(new DeepgramStreamingEngine({ apiKey, baseUrl: nowhere }))).rejects.toMatchObject({
    code: 'unavailable',
  });
  await expect(
    listen(new AssemblyAiStreamingEngine({ apiKey, streamingUrl: 'wss://127.0.0.1:9/v3/ws' })),
  ).rejects.toMatchObject({ code: 'unavailable' });
  const ask = { wav: speech.wav, engineOptions: {}, signal };
  await expect(new DeepgramEngine({ apiKey, baseUrl: nowhere }).transcribe(ask)).rejects.toMatchObject({
    code: 'unavailable',
  });
  for (const engine of [
    new AssemblyAiEngine({ apiKey, baseUrl: nowhere }),
    new OpenAiCompatibleEngine({ baseUrl: nowhere, model: 'any' }),
  ]) {
    await expect(engine.transcribe(ask)).rejects.toMatchObject({ code: 'unavailable' });
  }
});
