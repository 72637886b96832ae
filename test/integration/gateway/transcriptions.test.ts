import { randomUUID } from 'node:crypto';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { createEgress } from '@earshot/egress';
import { wordErrorRate } from '@earshot/harness';
import { AppError, silentLog, type AccountId } from '@earshot/kernel';
import { sentences } from '@earshot/sandbox';
import { expect, it, vi } from 'vitest';
import type { GatewayDeps } from '../../../gateway/src/actions/deps.ts';
import { createHttpServer } from '../../../gateway/src/http/server.ts';
import { eventually } from '../transcriber/fixture.ts';
import { recordingOf, setUpGround } from '../transcriber/transcriber-fixture.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const text = sentences[0]!.text;
const at = setUpGround(recordingOf(text));

/** One bot of account-1, and the public routes before a real transcriber; a key is the name of its account. */
async function setUp() {
  const { client: transcriber } = await at.ground.start({ config: { mediaAddress: at.media.address } });
  const bot = Bot.fromPartial({
    ...{ botId: randomUUID(), accountId: 'account-1', transcriptId: randomUUID(), state: 'BOT_STATE_DONE' },
    spec: { speech: { engine: 'deepgram', optionsJson: '{}' } },
  });
  const scheduler = {
    async getBot({ botId, accountId }: { botId: string; accountId: string }) {
      if (botId !== bot.botId) throw new AppError('not-found', 'no such bot');
      if (accountId !== bot.accountId) throw new AppError('permission-denied', 'the bot belongs to another account');
      return bot;
    },
    getBotOfTranscript: () => Promise.reject(new AppError('not-found', 'no such transcript')),
  };
  const apiKeys = {
    find: async (key: string) => ({ accountId: key as AccountId, keyId: key, callbackVersion: undefined }),
  };
  const egress = createEgress({ allow: ['127.0.0.1'], log: silentLog });
  const settings = { publicUrl: 'https://earshot.example' };
  const parts = { apiKeys, scheduler, transcriber, egress, settings, log: silentLog };
  const server = createHttpServer(parts as unknown as GatewayDeps);
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    { body, headers = {}, key = 'account-1' }: { body?: unknown; headers?: Record<string, string>; key?: string } = {},
  ) => {
    const answer = await server.inject({
      ...{ method, url: `/api/v1${path}` },
      headers: { authorization: `Token ${key}`, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    return {
      status: answer.statusCode,
      type: answer.headers['content-type'],
      text: answer.body,
      body: isJson ? answer.json() : undefined,
    };
  };
  return {
    bot,
    ask,
    again: (body: unknown, headers: Record<string, string> = {}) =>
      ask('POST', `/bots/${bot.botId}/transcribe`, { body, headers }),
    list: async () => (await ask('GET', `/bots/${bot.botId}/transcriptions`)).body.transcriptions,
    /** The visit's own transcript, made of its recording. */
    async finish() {
      const heard = at.ground.subscribeEphemeral(bot.botId);
      await at.ground.sayRecording(bot.botId, 'ready');
      await at.ground.sayProcessing(bot.botId, { transcriptId: bot.transcriptId, engine: 'deepgram' });
      await eventually(heard.last, (facts) => facts.length > 0);
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await egress[Symbol.asyncDispose]();
    },
  };
}

it('lists a transcript from the order on, and gives it as segments, as the provider said it, and as files', async () => {
  await using visit = await setUp();
  const { bot, ask, list, finish } = visit;
  bot.state = 'BOT_STATE_RECORDING';
  expect(await list()).toMatchObject([
    { transcript_id: bot.transcriptId, provider: 'deepgram', status: 'Not started', download_urls: null },
  ]);
  bot.state = 'BOT_STATE_DONE';
  await finish();
  const [listed] = await list();
  const address = `https://earshot.example/api/v1/transcript/${bot.transcriptId}/get_transcript`;
  expect(listed).toMatchObject({
    ...{ transcript_id: bot.transcriptId, provider: 'deepgram', status: 'Success', message: null },
    download_urls: { raw_transcript: `${address}?raw=true`, processed_transcript: address },
  });

  const path = `/transcript/${bot.transcriptId}/get_transcript`;
  const segments = await ask('GET', path);
  expect(wordErrorRate(text, segments.body.map(({ transcript }: { transcript: string }) => transcript).join(' '))).toBe(
    0,
  );
  const raw = await ask('GET', `${path}?raw=true`);
  expect(raw.body.results.channels[0].alternatives[0].transcript).toBeTypeOf('string');
  const expected = {
    srt: ['application/x-subrip; charset=utf-8', /^1\n00:00:0\d,\d{3} --> 00:00:0\d,\d{3}\nSpeaker 1: Good morning/],
    vtt: ['text/vtt; charset=utf-8', /^WEBVTT\n\n00:00:0\d\.\d{3} --> 00:00:0\d\.\d{3}\n<v Speaker 1>Good morning/],
    txt: ['text/plain; charset=utf-8', /^\[00:00:00\] Speaker 1: Good morning .* meeting\.\n$/],
  } as const;
  for (const [format, [type, shape]] of Object.entries(expected)) {
    for (const asked of [path, `/bots/${bot.botId}/get_transcript`]) {
      const file = await ask('GET', `${asked}?format=${format}`);
      expect(file).toMatchObject({ status: 200, type, text: expect.stringMatching(shape) });
    }
  }
  expect(await ask('GET', `${path}?format=pdf`)).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'format', message: 'must be one of json, srt, vtt, txt' }] },
  });
  expect((await ask('GET', `${path}?format=srt&raw=true`)).status).toBe(400);
  expect((await ask('GET', path, { key: 'account-2' })).status).toBe(403);
  expect((await ask('GET', `/transcript/${randomUUID()}/get_transcript`)).status).toBe(404);
});

it('transcribes a recording once more by another provider, and once for a question that is repeated', async () => {
  await using visit = await setUp();
  const { bot, ask, again, list, finish } = visit;
  const question = { provider: { assemblyai: { keyterms_prompt: ['Earshot'] } } };
  expect((await again(question)).status).toBe(409);
  await finish();

  const key = { 'idempotency-key': 'one' };
  const first = await again(question, key);
  expect(first).toMatchObject({
    status: 200,
    body: { bot_id: bot.botId, provider: 'assemblyai', message: 'Transcription started' },
  });
  const { transcript_id: transcriptId } = first.body;
  expect((await again(question, key)).body.transcript_id).toBe(transcriptId);
  expect((await again({ provider: { deepgram: {} } }, key)).status).toBe(409);

  const path = `/transcript/${transcriptId}/get_transcript`;
  const answer = await ask('GET', path);
  if (answer.status !== 200) expect(answer).toMatchObject({ status: 202, body: { message: /still being processed/ } });
  const done = await eventually(list, ([, second]) => second?.status === 'Success');
  expect(done).toMatchObject([
    { transcript_id: bot.transcriptId, status: 'Success' },
    { transcript_id: transcriptId, provider: 'assemblyai', config: { keyterms_prompt: ['Earshot'] } },
  ]);
  const newest = await ask('GET', `/bots/${bot.botId}/get_transcript?raw=true`);
  expect(newest.body).toMatchObject({ status: 'completed', keyterms_prompt: ['Earshot'] });
});

it('tells why a transcription failed', async () => {
  await using visit = await setUp();
  await visit.finish();
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'bad-key' });
  const { transcript_id: transcriptId } = (await visit.again({ provider: { deepgram: {} } })).body;
  const [, failed] = await eventually(visit.list, ([, second]) => second?.status === 'Failed');
  expect(failed).toMatchObject({
    ...{ transcript_id: transcriptId, download_urls: null },
    message: expect.stringMatching(/refused the key/),
  });
  const answer = await visit.ask('GET', `/transcript/${transcriptId}/get_transcript`);
  expect(answer).toMatchObject({ status: 202, body: { message: expect.stringMatching(/failed .*refused the key/) } });
});

it("says how it ended at an address with the bot's id in it", async () => {
  await using visit = await setUp();
  await visit.finish();
  const answer = await visit.again({ provider: { deepgram: {} }, callback_url: 'https://93.184.215.14/{bot_id}' });
  expect(answer.status).toBe(200);
  const { transcript_id: transcriptId } = answer.body;
  const [row] = await at.ground.database.knex('transcripts').where({ transcript_id: transcriptId });
  expect(row.notify_url).toBe(`https://93.184.215.14/${visit.bot.botId}`);
});

it('refuses a question that cannot be right, and names the field', async () => {
  await using visit = await setUp();
  await visit.finish();
  const bad = [
    [{}, 'provider'],
    [{ provider: { deepgram: {}, assemblyai: {} } }, 'provider'],
    [{ provider: { deepgram_streaming: {} } }, 'provider'],
    [{ provider: { deepgram: { speed: 2 } } }, 'provider.deepgram.speed'],
    [{ provider: { deepgram: {} }, callback_url: 'https://10.1.2.3/x' }, 'callback_url'],
    [{ provider: { deepgram: {} }, loud: true }, 'loud'],
  ] as const;
  for (const [body, field] of bad) {
    const answer = await visit.again(body);
    expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  }
  const path = `/bots/${visit.bot.botId}/transcribe`;
  const body = { provider: { deepgram: {} } };
  expect((await visit.ask('POST', path, { body, key: 'account-2' })).status).toBe(403);
  expect((await visit.ask('GET', `/bots/${randomUUID()}/transcriptions`)).status).toBe(404);
  visit.bot.state = 'BOT_STATE_FAILED';
  expect((await visit.again(body)).status).toBe(404);
  visit.bot.erasedAt = new Date();
  expect((await visit.again(body)).status).toBe(404);
  expect((await visit.ask('GET', `/bots/${visit.bot.botId}/transcriptions`)).status).toBe(404);
  expect(await at.ground.database.knex('transcripts').where({ bot_id: visit.bot.botId })).toHaveLength(1);
});
