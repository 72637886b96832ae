import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resample, wavHeader } from '@earshot/audio';
import { wordErrorRate } from '@earshot/harness';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createTextToSpeech, type SpeechServerConfig } from '../../../services/joiner/src/speech/text-to-speech.ts';

// Recognising takes its share of a core, which others may want too.
vi.setConfig({ testTimeout: 30_000 });

const text = sentences[3]!.text;
let sandbox: Sandbox;
const servers: Server[] = [];
beforeAll(async () => void (sandbox = await startSandbox()));
afterAll(() => sandbox[Symbol.asyncDispose]());
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

const config = (over: Partial<SpeechServerConfig> = {}): SpeechServerConfig => ({
  ...{ url: sandbox.openaiUrl, apiKey: sandbox.keys.openai, model: 'tts-1', voice: 'alloy', sampleRate: 24_000 },
  ...over,
});

/** Someone else's server of the same call. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/** Where nobody listens any more. */
async function closed(): Promise<string> {
  const url = await serve(() => {});
  const server = servers.pop();
  await new Promise((resolve) => server?.close(resolve));
  return url;
}

async function speak(given: SpeechServerConfig, signal = new AbortController().signal): Promise<Int16Array[]> {
  const pieces: Int16Array[] = [];
  for await (const pcm of createTextToSpeech(given).speak(text, signal)) pieces.push(pcm);
  return pieces;
}
const joined = (pieces: readonly Int16Array[]) => Int16Array.from(pieces.flatMap((piece) => [...piece]));

it('says a text so that it is understood', async () => {
  const pcm = resample(joined(await speak(config())), { fromRate: 48_000, toRate: 16_000 });
  const body = Buffer.from(pcm.buffer);
  const header = wavHeader({ sampleRate: 16_000, channels: 1, bytes: body.length });
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(Buffer.concat([header, body]))]));
  form.set('model', 'whisper-1');
  const authorization = `Bearer ${sandbox.keys.openai}`;
  const answer = await fetch(`${sandbox.openaiUrl}/audio/transcriptions`, {
    ...{ method: 'POST', headers: { authorization }, body: form },
  });
  const heard = ((await answer.json()) as { text: string }).text;
  expect(wordErrorRate(text, heard)).toBeLessThanOrEqual(0.1);
  const asked = sandbox.requests.findLast(({ path }) => path === '/v1/audio/speech');
  expect(asked?.body).toEqual({ model: 'tts-1', voice: 'alloy', input: text, response_format: 'pcm' });
});

it('gives what comes before the rest is made, also behind the whole path of the call', async () => {
  const rest = Promise.withResolvers<void>();
  const url = await serve(async (_, response) => {
    response.write(Buffer.alloc(4801));
    await rest.promise;
    response.end(Buffer.alloc(4799));
  });
  const pieces = createTextToSpeech(config({ url: `${url}/audio/speech` })).speak(text, new AbortController().signal);
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  rest.resolve();
  let samples = (first.value as Int16Array).length;
  expect(samples).toBeGreaterThan(4000);
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) samples += next.value.length;
  expect(samples).toBe(9600);
});

it('takes a WAV file for what it is, whatever was asked for', async () => {
  const head = Buffer.from(wavHeader({ sampleRate: 22_050, channels: 1, bytes: 0xffffffff }));
  const url = await serve((_, response) => response.end(Buffer.concat([head, Buffer.alloc(44_100)])));
  expect(joined(await speak(config({ url })))).toHaveLength(48_000);
});

const failing = (status: number, body: unknown, type = 'application/json'): RequestListener => {
  return (_, response) => response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
};
it.each<[string, RegExp, () => Promise<Partial<SpeechServerConfig>>]>([
  ['refuses the key', /it answered 401: (?!.*wrong-key)/, async () => ({ apiKey: 'wrong-key' })],
  [
    'repeats the key in its answer',
    /it answered 400: no \[key\] here/,
    async () => ({ url: await serve(failing(400, { error: { message: 'no s3cret here' } })), apiKey: 's3cret' }),
  ],
  ['fails', /it answered 500$/, async () => ({ url: await serve(failing(500, '')) })],
  ['is not there', /it cannot be reached \(ECONNREFUSED\)/, async () => ({ url: await closed() })],
  ['answers nothing', /it does not answer/, async () => ({ url: await serve(() => {}), timeoutMs: 50 })],
  [
    'stops in the middle',
    /it does not answer/,
    async () => ({ url: await serve((_, response) => void response.write(Buffer.alloc(9600))), timeoutMs: 50 }),
  ],
  [
    'breaks off',
    /it cannot be reached/,
    async () => ({
      url: await serve((_, response) => response.write(Buffer.alloc(9600), () => response.destroy())),
    }),
  ],
  ['answers with a text', /its answer is no audio/, async () => ({ url: await serve(failing(200, { ok: true })) })],
  [
    'answers with no audio',
    /its answer has no audio/,
    async () => ({ url: await serve((_, response) => response.end()) }),
  ],
  [
    'answers with another kind of file',
    /its answer is no audio/,
    async () => ({
      url: await serve((_, response) =>
        response.end(Buffer.concat([wavHeader({ sampleRate: 4000, channels: 1, bytes: 9 }), Buffer.alloc(9600)])),
      ),
    }),
  ],
  [
    'leads elsewhere',
    /it cannot be reached/,
    async () => ({
      url: await serve((_, response) =>
        response.writeHead(302, { location: `${sandbox.openaiUrl}/audio/speech` }).end(),
      ),
    }),
  ],
])('is unavailable, with the reason, where the server %s', async (_, message, over) => {
  await expect(speak(config(await over()))).rejects.toMatchObject({
    ...{ code: 'unavailable', message: expect.stringMatching(message) },
  });
});

it('gives up the request as soon as nobody wants it', async () => {
  const closed = Promise.withResolvers<void>();
  const url = await serve((request, response) => {
    response.write(Buffer.alloc(9600));
    request.once('close', () => closed.resolve());
    response.once('close', () => closed.resolve());
  });
  const stopping = new AbortController();
  const pieces = createTextToSpeech(config({ url })).speak(text, stopping.signal);
  for await (const pcm of pieces) {
    expect(pcm.length).toBeGreaterThan(0);
    break;
  }
  await closed.promise;
  stopping.abort();
  await expect(speak(config({ url }), stopping.signal)).rejects.toThrow();
});
