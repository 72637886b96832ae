import { randomUUID } from 'node:crypto';
import { sentences } from '@earshot/sandbox';
import { expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { eventually, type Differences } from './fixture.ts';
import { recordingOf, setUpGround } from './transcriber-fixture.ts';
import { startOf, talk, turn } from './talker.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const said = sentences.slice(0, 2).map(({ text }) => text);
const failover = { deepgram: 'openai_compatible', deepgram_streaming: 'assemblyai_streaming' } as const;
const at = setUpGround(recordingOf(said[0]!));

async function transcribed(optionsJson = '{}') {
  const { client } = await at.ground.start({ config: { mediaAddress: at.media.address, failover } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  const before = at.sandbox.requests.length;
  await at.ground.sayRecording(botId, 'ready');
  await at.ground.sayProcessing(botId, { transcriptId, engine: 'deepgram', optionsJson });
  await eventually(heard.last, (facts) => facts.length > 0);
  return { transcript: await client.getTranscript({ transcriptId }), asked: at.sandbox.requests.slice(before) };
}

it.each([
  { kind: 'server-error' as const, tries: 2 },
  { kind: 'bad-key' as const, tries: 1 },
])('has a recording heard by the second provider when the first one fails: $kind', async ({ kind, tries }) => {
  for (let times = 0; times < 5; times++) at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind });
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
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'close-mid-stream', after: 15 });
  for (let times = 0; times < 8; times++) {
    at.sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'rate-limited' });
  }
  await expectWholeLive();
  expect(at.sandbox.faults.left).toBeGreaterThan(0);
});

it('goes back to the first provider when the second one refuses', async () => {
  for (let times = 0; times < 5; times++) {
    at.sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', kind: 'rate-limited' });
  }
  const secrets = { apiKeys: { assemblyai: 'wrong', openai_compatible: undefined } };
  await expectWholeLive({ secrets });
  expect(at.sandbox.faults.left).toBe(0);
});

/** The words of two people are transcribed, each once. */
async function expectWholeLive(config: Differences = {}): Promise<void> {
  const { client } = await at.ground.start({ config: { failover, ...config } });
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
