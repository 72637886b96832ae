import { randomUUID } from 'node:crypto';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { speak } from '../sandbox/speech.ts';
import { trust } from '../transcriber-engines/set-up.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { createGround, eventually, startBroker, type Differences, type Ground } from './harness.ts';
import { startOf, talk, turn } from './talker.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const said = sentences.slice(0, 2).map(({ text }) => text);
const failover = { deepgram: 'openai_compatible', deepgram_streaming: 'assemblyai_streaming' } as const;
let sandbox: Sandbox;
let broker: Awaited<ReturnType<typeof startBroker>>;
let media: FakeMedia;
let ground: Ground;
beforeAll(async () => {
  sandbox = await startSandbox();
  broker = await startBroker();
  trust(sandbox);
  media = await startFakeMedia((await speak(said[0]!)).wav);
});
afterAll(async () => {
  await media[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  sandbox.faults.clear();
  ground = await createGround({ sandbox, natsUrl: broker.natsUrl });
});
afterEach(() => ground[Symbol.asyncDispose]());

async function transcribed(optionsJson = '{}') {
  const { client } = await ground.start({ config: { mediaAddress: media.address, failover } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = ground.overhear(botId);
  const before = sandbox.requests.length;
  await ground.sayRecording(botId, 'ready');
  await ground.sayProcessing(botId, { transcriptId, engine: 'deepgram', optionsJson });
  await eventually(heard.last, (facts) => facts.length > 0);
  return { transcript: await client.getTranscript({ transcriptId }), asked: sandbox.requests.slice(before) };
}

it.each([
  { kind: 'server-error' as const, tries: 2 },
  { kind: 'bad-key' as const, tries: 1 },
])('has a recording heard by the second provider when the first one fails: $kind', async ({ kind, tries }) => {
  for (let times = 0; times < 5; times++) sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind });
  const { transcript, asked } = await transcribed('{"language":"en-US"}');
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_READY', failure: '' });
  expect(wordErrorRate(said[0]!, transcript.utterances.map(({ text }) => text).join(' '))).toBeLessThanOrEqual(0.1);
  expect(asked.map(({ vendor }) => vendor)).toEqual([...Array<string>(tries).fill('deepgram'), 'openai']);
  expect(asked.at(-1)?.body).toMatchObject({ language: 'en', model: 'whisper-1' });
});

it('does not turn to another provider for what nobody could do', async () => {
  const { transcript, asked } = await transcribed('{"speed":2}');
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_FAILED', failure: expect.stringMatching(/speed/) });
  expect(asked).toEqual([]);
});

it('hears the rest of a meeting through the second provider, every word once', async () => {
  sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'close-mid-stream', after: 15 });
  for (let times = 0; times < 8; times++) {
    sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'rate-limited' });
  }
  await expectWholeLive();
  expect(sandbox.faults.left).toBeGreaterThan(0);
});

it('goes back to the first provider when the second one refuses', async () => {
  for (let times = 0; times < 5; times++) {
    sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'rate-limited' });
  }
  const { deepgram: deepgramApiKey } = sandbox.keys;
  const secrets = { deepgramApiKey, assemblyaiApiKey: 'wrong', openAiCompatibleApiKey: undefined };
  await expectWholeLive({ secrets });
  expect(sandbox.faults.left).toBe(0);
});

/** What two people say is heard, once each word. */
async function expectWholeLive(config: Differences = {}): Promise<void> {
  const { client } = await ground.start({ config: { failover, ...config } });
  const start = startOf('deepgram_streaming');
  const stream = await talk(client, start);
  const turns = await Promise.all([turn('ada', 1000, said[0]!), turn('ben', 3000, said[1]!)]);
  stream.say(turns.flat());
  await stream.finish();
  const { utterances } = await client.getTranscript({ transcriptId: start.transcriptId });
  for (const [index, trackId] of ['ada', 'ben'].entries()) {
    const words = utterances.filter((each) => each.trackId === trackId).map(({ text }) => text);
    expect(wordErrorRate(said[index]!, words.join(' ')), trackId).toBeLessThanOrEqual(0.1);
  }
}
