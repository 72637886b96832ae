import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { CreateBotRequest } from '@earshot/contract/scheduler/v1/bots.ts';
import { DAY, FakeClock, silentLog, type AccountId, type Log } from '@earshot/kernel';
import { sentences } from '@earshot/sandbox';
import { expect, it, vi } from 'vitest';
import type { GatewayDeps } from '../../../gateway/src/actions/deps.ts';
import { createHttpServer } from '../../../gateway/src/http/server.ts';
import { eventually, type Differences } from '../transcriber/fixture.ts';
import { recordingOf, setUpGround } from '../transcriber/transcriber-fixture.ts';
import { startOf, talk, turn } from '../transcriber/talker.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

const text = sentences[0]!.text;
const wrong = 'wrong-key-of-this-account';
const at = setUpGround(recordingOf(text));

/** The public routes before a real transcriber; an API key is the name of its account. Everything that is logged is kept. */
async function setUp(config: Differences = {}) {
  const logged: string[] = [];
  const write = (...about: unknown[]) => void logged.push(inspect(about, { depth: 10, showHidden: true }));
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  const running = await at.ground.start({ config: { mediaAddress: at.media.address, ...config }, log });
  const apiKeys = {
    find: async (key: string) => ({ accountId: key as AccountId, keyId: key, callbackVersion: undefined }),
  };
  const orders: CreateBotRequest[] = [];
  const parts = {
    ...{ apiKeys, providerKeys: running.providerKeys, log, settings: { webMeetingHosts: [] } },
    egress: { checkSyntax: (url: string) => new URL(url), isAllowListed: () => true, check: async () => {} },
    scheduler: {
      createBot: async (order: CreateBotRequest) => {
        const first = order.idempotencyKey && orders.find((each) => each.idempotencyKey === order.idempotencyKey);
        orders.push(order);
        return { bot: { ...(first || order), botId: (first || order).botId ?? 'b' }, created: !first };
      },
    },
  };
  const server = createHttpServer(parts as unknown as GatewayDeps);
  return {
    ...running,
    ...{ logged, orders },
    async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, { body, key = 'account-1' }: Asked = {}) {
      const answer = await server.inject({
        ...{ method, url: `/api/v1${path}`, headers: { authorization: `Token ${key}` } },
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, text: answer.body, body: answer.json() };
    },
    /** What becomes of a recording. */
    async transcribed(accountId: string, engine: string): Promise<string> {
      const [botId, transcriptId] = [randomUUID(), randomUUID()];
      const heard = at.ground.subscribeEphemeral(botId);
      await at.ground.sayRecording(botId, 'ready');
      await at.ground.sayProcessing(botId, { accountId, transcriptId, engine });
      const [fact] = await eventually(heard.last, (facts) => facts.length > 0);
      return fact?.$case === 'transcriptFailed' ? fact.value.detail : (fact?.$case ?? '');
    },
  };
}

interface Asked {
  readonly body?: object;
  readonly key?: string;
}

it('transcribes with the key of the account, and with the server’s where the account has none', async () => {
  const secrets = { apiKeys: { assemblyai: 'wrong-key-of-the-server' } };
  const { ask, transcribed, logged } = await setUp({ secrets });
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: wrong } });
  await ask('PUT', '/provider_keys/assemblyai', { body: { api_key: at.sandbox.keys.assemblyai } });
  expect(await transcribed('account-1', 'deepgram')).toMatch(/^the speech provider refused the key: ./);
  expect(await transcribed('account-1', 'assemblyai')).toBe('transcriptReady');
  expect(await transcribed('account-2', 'deepgram')).toBe('transcriptReady');
  expect(await transcribed('account-2', 'assemblyai')).toMatch(/^the speech provider refused the key: ./);

  expect(await ask('DELETE', '/provider_keys/deepgram')).toMatchObject({ status: 200, body: { provider: 'deepgram' } });
  expect(await transcribed('account-1', 'deepgram')).toBe('transcriptReady');

  expect(logged.join('\n')).toMatch(/transcribing failed/);
  for (const key of [wrong, at.sandbox.keys.assemblyai, 'wrong-key-of-the-server']) {
    expect(logged.join('\n')).not.toContain(key);
  }
});

it('warns of an order for a provider that nobody has a key for', async () => {
  const { ask } = await setUp({ secrets: { apiKeys: { deepgram: undefined } } });
  const warnings = async (engine: string, key: string) => {
    const transcript = { provider: { [engine]: {} } };
    const body = { meeting_link: 'https://meet.google.com/abc-defg-hij', recording_config: { transcript } };
    const answer = await ask('POST', '/bots/create_bot', { body, key });
    expect(answer.status).toBe(201);
    return answer.body.warnings;
  };
  expect(await warnings('deepgram', 'account-1')).toEqual([expect.stringContaining('no key for deepgram')]);
  expect(await warnings('assemblyai', 'account-1')).toEqual([]);
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: wrong }, key: 'account-2' });
  expect(await warnings('deepgram_streaming', 'account-2')).toEqual([]);
  expect(await warnings('deepgram_streaming', 'account-1')).toHaveLength(1);
});

it('hears a meeting with the key of the account, and says when it is refused', async () => {
  const { ask, client } = await setUp({ secrets: { apiKeys: { deepgram: undefined } } });
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: wrong } });
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: at.sandbox.keys.deepgram }, key: 'account-2' });
  const heard = async (accountId: string) => {
    const start = startOf('deepgram_streaming', { accountId });
    const stream = await talk(client, start);
    stream.say(await turn('ada', 1000, text));
    await stream.finish();
    return client.getTranscript({ transcriptId: start.transcriptId }, { accountId });
  };
  expect(await heard('account-1')).toMatchObject({
    state: 'TRANSCRIPT_STATE_FAILED',
    failure: expect.stringMatching(/^the speech provider refused the key/),
    utterances: [],
  });
  expect(await heard('account-2')).toMatchObject({ failure: '', utterances: [{ trackId: 'ada' }] });
  expect((await heard('account-3')).failure).toBe('no API key is configured for deepgram_streaming');
});

it('tells an account which keys it has stored, never what they are, and nothing about others’', async () => {
  const { ask } = await setUp();
  const stored = await ask('PUT', '/provider_keys/openai_compatible', { body: { api_key: 'sk-first-key-0123456789' } });
  expect(stored).toMatchObject({ status: 200, body: { provider: 'openai_compatible', last_four: '6789' } });
  const again = await ask('PUT', '/provider_keys/openai_compatible', { body: { api_key: 'sk-second-key-abcdefghi' } });
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: wrong } });
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: 'sk-of-somebody-else-wxyz' }, key: 'account-2' });

  const list = await ask('GET', '/provider_keys');
  expect(list.body).toEqual({
    provider_keys: [
      { provider: 'deepgram', last_four: 'ount', created_at: expect.any(String) },
      { provider: 'openai_compatible', last_four: 'fghi', created_at: again.body.created_at },
    ],
  });
  expect(Math.abs(Date.parse(again.body.created_at) - Date.now())).toBeLessThan(60_000);
  for (const { text: answer } of [stored, again, list]) expect(answer).not.toMatch(/sk-|wrong-key/);

  const rows = await at.ground.database.knex('provider_keys').where({ account_id: 'account-1' });
  expect(rows).toHaveLength(2);
  for (const row of rows) expect(inspect(row.sealed.toString('latin1'))).not.toMatch(/sk-|wrong-key/);

  expect((await ask('DELETE', '/provider_keys/openai_compatible', { key: 'account-2' })).status).toBe(404);
  expect((await ask('DELETE', '/provider_keys/openai_compatible')).status).toBe(200);
  expect(await ask('DELETE', '/provider_keys/openai_compatible')).toMatchObject({
    status: 404,
    body: { message: 'No key is stored for this provider.' },
  });
  expect((await ask('GET', '/provider_keys')).body.provider_keys).toMatchObject([{ provider: 'deepgram' }]);
});

it('names every field at fault, and stores nothing then', async () => {
  const { ask, providerKeys } = await setUp();
  const bad = [
    ['PUT', '/provider_keys/whisper', { api_key: 'too short' }, ['api_key', 'provider']],
    ['PUT', '/provider_keys/deepgram', {}, ['api_key']],
    ['PUT', '/provider_keys/deepgram', { api_key: `${wrong}\n`, label: 'x' }, ['api_key', 'label']],
    ['DELETE', '/provider_keys/whisper', undefined, ['provider']],
  ] as const;
  for (const [method, path, body, fields] of bad) {
    const answer = await ask(method, path, { ...(body && { body }) });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ field }: { field: string }) => field).toSorted()).toEqual(fields);
    expect(answer.text).not.toMatch(/too short|wrong-key/);
  }
  const by = { accountId: 'account-1', provider: 'deepgram' };
  await expect(providerKeys.putProviderKey({ ...by, apiKey: 'short' })).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(/^api_key must be/),
  });
  await expect(providerKeys.listProviderKeys({ accountId: '' })).rejects.toMatchObject({ code: 'invalid-argument' });
  expect((await ask('GET', '/provider_keys')).body).toEqual({ provider_keys: [] });
});

it('does not start with another sealing key than the stored keys have', async () => {
  const { stop } = await setUp();
  await stop();
  const secrets = { sealingKey: Buffer.alloc(32, 8) };
  await expect(at.ground.start({ config: { secrets }, log: silentLog })).rejects.toThrow('SECRETS_KEY does not open');
});

/** An order as Pipedream's component sends it. */
const orderWith = (key: string, more: object = {}) => ({
  meeting_link: 'https://meet.google.com/abc-defg-hij',
  recording_config: { transcript: { provider: { deepgram_streaming: {} } } },
  live_transcription_required: { webhook_url: 'https://93.184.215.14/{bot_id}', deepgram_api_key: key },
  ...more,
});

it('hears one bot with the key that was handed in with it, and shows, says, logs and keeps it in the clear nowhere', async () => {
  const { ask, client, orders, logged } = await setUp({ secrets: { apiKeys: { deepgram: undefined } } });
  const key = at.sandbox.keys.deepgram;
  await ask('PUT', '/provider_keys/deepgram', { body: { api_key: wrong } });
  const answer = await ask('POST', '/bots/create_bot', { body: orderWith(key) });
  expect(answer).toMatchObject({ status: 201, body: { warnings: [] } });
  const botId = answer.body.bot_id as string;
  expect(JSON.parse(orders[0]?.spec?.requestJson ?? '')).toMatchObject({
    live_transcription_required: { deepgram_api_key: '***' },
  });

  const facts = at.ground.subscribeEphemeral(botId);
  const heard = async (about: { botId: string }) => {
    const start = startOf('deepgram_streaming', about);
    const stream = await talk(client, start);
    stream.say(await turn('ada', 1000, text));
    await stream.finish();
    return client.getTranscript({ transcriptId: start.transcriptId }, { accountId: start.accountId });
  };
  expect(await heard({ botId })).toMatchObject({ failure: '', utterances: [{ trackId: 'ada' }] });
  expect(await heard({ botId: randomUUID() })).toMatchObject({ failure: expect.stringMatching(/refused the key/) });

  const rows = await at.ground.database.knex('bot_keys');
  expect(rows).toMatchObject([{ bot_id: botId, provider: 'deepgram', is_ordered: false }]);
  await at.ground.sayProcessing(botId);
  await eventually(
    () => at.ground.database.knex('bot_keys'),
    ([row]) => row?.is_ordered === true,
  );
  for (const where of [answer.text, logged, orders, facts.facts, rows]) {
    expect(inspect(where, { depth: 10, maxStringLength: null })).not.toContain(key);
    expect(Buffer.from(JSON.stringify(where)).toString('latin1')).not.toContain(key);
  }
  expect(rows[0].sealed.toString('latin1')).not.toContain(key);

  await client.erase({ botId, final: false });
  expect(await at.ground.database.knex('bot_keys')).toEqual([]);
});

it('keeps no key of an order that was made before, nor of one that is refused, nor a week of a bot that is never heard of', async () => {
  const { ask } = await setUp();
  const keys = () => at.ground.database.knex('bot_keys').orderBy('created_at');
  const ids = async () => (await keys()).map((row) => row.bot_id as string);
  const body = orderWith('a-key-that-is-long-enough', { deduplication_key: 'once' });
  const first = await ask('POST', '/bots/create_bot', { body });
  expect(await ids()).toEqual([first.body.bot_id]);
  expect((await ask('POST', '/bots/create_bot', { body })).body.bot_id).toBe(first.body.bot_id);
  expect(await ids()).toEqual([first.body.bot_id]);

  for (const key of ['short', 'with a space in it, as no key has', `${wrong}\n`]) {
    const refused = await ask('POST', '/bots/create_bot', { body: orderWith(key) });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [
        {
          field: 'live_transcription_required.deepgram_api_key',
          message: 'must be 16 to 512 printable characters without spaces',
        },
      ],
    ]);
  }
  expect(await ids()).toEqual([first.body.bot_id]);

  const clock = new FakeClock(Date.now() + 8 * DAY);
  await at.ground.start({ clock });
  await eventually(ids, (left) => left.length === 0);
});

it('warns of a key that nobody will ask with, and of none that is there', async () => {
  const { ask } = await setUp({ secrets: { apiKeys: { deepgram: undefined } } });
  const warnings = async (provider: string) => {
    const recording_config = { transcript: { provider: { [provider]: {} } } };
    const body = orderWith('a-key-that-is-long-enough', { recording_config });
    return (await ask('POST', '/bots/create_bot', { body })).body.warnings;
  };
  expect(await warnings('deepgram_streaming')).toEqual([]);
  expect(await warnings('assemblyai_streaming')).toEqual([
    expect.stringMatching(/^live_transcription_required.deepgram_api_key: deepgram is not asked/),
  ]);
});
