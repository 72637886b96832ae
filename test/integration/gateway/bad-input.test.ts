import { randomUUID } from 'node:crypto';
import { AppError } from '@earshot/kernel';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createGround } from '../notifier/fixture.ts';
import { startScheduler } from '../scheduler/fixture.ts';
import { openGateway } from './open-gateway.ts';

vi.setConfig({ testTimeout: 120_000 });

const absent = () => Promise.reject(new AppError('not-found', 'no such thing'));
const absentParts = new Proxy({}, { get: () => absent });
const noTranscripts = {
  ...{ listTranscripts: async () => ({ transcripts: [] }), transcribe: absent },
  async *readTranscript() {
    await absent();
  },
};

const defaultEngines = { batch: 'deepgram', streaming: 'deepgram_streaming' };

let parts: AsyncDisposableStack;
let scheduler: Awaited<ReturnType<typeof startScheduler>>;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let botId = '';

/** The public routes before a real scheduler and a real notifier; nobody has recorded or transcribed anything. */
beforeAll(async () => {
  parts = new AsyncDisposableStack();
  scheduler = parts.use(await startScheduler());
  const ground = parts.adopt(createGround(), (each) => each[Symbol.asyncDispose]());
  const notifier = await ground.start();
  gateway = parts.use(
    await openGateway({
      ...{ scheduler: scheduler.bots, notifier: notifier.client },
      ...{
        media: absentParts,
        transcriber: noTranscripts,
        retention: absentParts,
        composer: absentParts,
        providerKeys: absentParts,
      },
      egress: { checkSyntax: (url: string) => new URL(url), isAllowListed: () => true, check: async () => {} },
      settings: {
        publicUrl: 'https://earshot.example',
        webMeetingHosts: ['*'],
        defaultCallbackVersion: '2025-01',
        defaultEngines,
      },
      limits: { requestsPerSecond: 100_000, failedKeysPerMinute: 100_000 },
    }),
  );
  const ordered = await post('/bots/create_bot', {});
  botId = ((await ordered.json()) as { bot_id: string }).bot_id;
  expect(ordered.status).toBe(201);
});
afterAll(() => parts.disposeAsync());

const order = { meeting_link: 'https://meet.google.com/abc-defg-hij', join_at: '2035-01-01 10:00:00' };
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  gateway.ask(`/api/v1${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: typeof body === 'string' ? body : JSON.stringify({ ...order, ...(body as object) }),
  });
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const fieldsOf = async (answer: Response) =>
  ((await answer.json()) as { errors: { field: string }[] }).errors.map(({ field }) => field);

it.each([
  ['toString', { toString: 1 }],
  ['constructor', { constructor: 'x' }],
  ['hasOwnProperty', { hasOwnProperty: [] }],
  ['custom_attributes', { custom_attributes: { text: 'x'.repeat(16_384) } }],
  ['callback_url', { callback_url: `https://a.example/${'x'.repeat(2048)}` }],
  ['bot_name', { bot_name: 'a\0b' }],
  ['custom_attributes.a', { custom_attributes: { a: '\ud800' } }],
  ['bot_message', { bot_message: '\0' }],
])('names %s, which cannot be', async (field, body) => {
  const answer = await post('/bots/create_bot', body);
  expect(answer.status).toBe(400);
  expect(await fieldsOf(answer)).toEqual([field]);
});

it.each([
  ['custom_attributes', nested(4400)],
  ['custom_attributes', nested(65)],
  ['custom_attributes', nested(11)],
  ['zoom', nested(4400)],
])('names %s, which is nested too deep', async (field, json) => {
  const answer = await post('/bots/create_bot', `{"meeting_link": "${order.meeting_link}", "${field}": ${json}}`);
  expect(answer.status).toBe(400);
  expect(await fieldsOf(answer)).toEqual([field]);
});

it.each(['{"__proto__": {"a": 1}}', '{"constructor": {"prototype": {}}}', '[]', '"x"', 'null', '1', '', '{'])(
  'answers the body %s with 400',
  async (body) => expect((await post('/bots/create_bot', body)).status).toBe(400),
);

it('takes an idempotency key of 255 characters, a deduplication key of 2000, and no longer ones', async () => {
  const key = (length: number) => ({ 'idempotency-key': 'k'.repeat(length) });
  expect((await post('/bots/create_bot', {}, key(255))).status).toBe(201);
  for (const length of [256, 3000]) {
    const answer = await post('/bots/create_bot', {}, key(length));
    expect([answer.status, await fieldsOf(answer)]).toEqual([400, ['Idempotency-Key']]);
  }
  expect((await post('/bots/create_bot', { deduplication_key: 'k'.repeat(2000) })).status).toBe(201);
  expect((await post('/bots/create_bot', { deduplication_key: 'k'.repeat(2001) })).status).toBe(400);
});

it.each([
  ['/bots', 'cursor', `9007199254740991.${randomUUID()}`],
  ['/bots', 'cursor', `8640000000000001.${randomUUID()}`],
  ['/bots', 'cursor', '1.x'],
  ['/bots', 'cursor', 'x'],
  ['/bots', 'cursor', '%00'],
  ['/bots', 'limit', '0'],
  ['/bots', 'limit', '201'],
  ['/bots', 'limit', '1e2'],
  ['/bots', 'limit', '5&limit=6'],
  ['/bots', 'cursor', 'a&cursor=b'],
  ['/deliveries/dead', 'cursor', 'x'],
  ['/deliveries/dead', 'cursor', '%00'],
  ['/deliveries/dead', 'limit', '9007199254740993'],
  ['/deliveries/dead', 'from', '9999-99-99'],
  ['/deliveries/dead', 'from', '2024-01-01T00:00:00Z&from=x'],
])('answers %s?%s=%s with 400', async (path, name, value) => {
  const answer = await gateway.ask(`/api/v1${path}?${name}=${value}`);
  expect([answer.status, await answer.text()]).toEqual([400, expect.any(String)]);
});

it("says in warnings what it takes and will not deliver, and puts the bot's id into the addresses that are called", async () => {
  const answer = await post('/bots/create_bot', {
    ...{
      socket_connection_url: 'wss://a.example/{bot_id}/control',
      video_required: true,
      live_audio_required: 'wss://a.example/{bot_id}/audio',
      callback_url: 'https://a.example/{bot_id}',
      zoom: {},
      teams: null,
    },
    recording_config: { transcript: { provider: { meetstream: {}, sarvam: null } } },
  });
  const { bot_id: id, warnings } = (await answer.json()) as { bot_id: string; warnings: string[] };
  expect([answer.status, warnings]).toEqual([201, []]);
  const bot = await scheduler.bots.getBot({ botId: id, accountId: 'account-1' });
  expect(bot.spec?.destinations?.liveAudioSocketUrl).toBe(`wss://a.example/${id}/audio`);
  expect(bot.spec?.destinations?.controlSocketUrl).toBe(`wss://a.example/${id}/control`);
  expect(bot.spec?.destinations?.lifecycleUrl).toBe(`https://a.example/${id}`);
  expect(bot.spec?.speech?.engine).toBe('deepgram');
  const listed = await (await gateway.ask(`/api/v1/bots/${id}/transcriptions`)).json();
  expect(listed).toMatchObject({ transcriptions: [{ provider: 'deepgram', status: 'Not started' }] });
});

it('answers the body of nothing with what it needs', async () => {
  const answer = await post('/bots/create_bot', '');
  expect(await answer.json()).toMatchObject({ message: 'The body is empty: meeting_link is required' });
});

/** A generator of numbers that gives the same ones each time: https://en.wikipedia.org/wiki/Xorshift */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

it('answers none of six hundred odd requests with a 5xx', async () => {
  const next = numbers(20261130);
  const pick = <T>(all: readonly T[]): T => all[next(all.length)] as T;
  const odd = [
    '',
    '0',
    '-1',
    '1e309',
    '\0',
    '\ud800',
    '😀',
    'toString',
    '__proto__',
    'x'.repeat(3000),
    '../..',
    '%',
    "'",
  ];
  const numeric = [-1, 0, 0.5, 1e15, 2 ** 53, 1e308, -(2 ** 63)];
  const value = (depth = 0): unknown =>
    pick<() => unknown>([
      () => pick(odd),
      () => pick(numeric),
      () => pick([null, true, false, [], {}]),
      () => (depth > 2 ? 1 : [value(depth + 1), value(depth + 1)]),
      () => (depth > 2 ? 1 : { [pick(odd)]: value(depth + 1), [pick(fields)]: value(depth + 1) }),
      () => pick(['2024-01-15T14:30:00Z', '0000-01-01 00:00', '9999-12-31T23:59:59+14:00', '-000001-01-01T00:00:00Z']),
      () => pick(['https://a.example/', 'wss://a.example/', 'https://%00/', 'http://[::1', 'https://a.example:99999/']),
    ])();
  const fields = [
    ...['meeting_link', 'bot_name', 'join_at', 'bot_message', 'bot_image_url', 'callback_url', 'custom_attributes'],
    ...[
      'deduplication_key',
      'live_transcription_required',
      'live_audio_required',
      'recording_config',
      'automatic_leave',
    ],
    ...['transcription', 'google_meet', 'agent_config_id', 'live_video_required', 'liveVideoRequired', 'bot_image'],
    ...['message', 'message_ids', 'from', 'to', 'url', 'overlap_hours', 'provider', 'api_key', 'zoom', 'constructor'],
  ];
  const ids = () =>
    pick([botId, randomUUID(), ...odd.map((each) => encodeURIComponent(each.toWellFormed()) || 'x'), '%zz']);
  const routes: [string, () => string][] = [
    ...['create_bot', 'create_agent'].map((name): [string, () => string] => ['POST', () => `/bots/${name}`]),
    ['GET', () => `/bots?${pick(['cursor', 'limit', 'x'])}=${ids()}`],
    ...[
      ...[
        'status',
        'detail',
        'get_audio',
        'get_video',
        'get_recording_streams',
        'get_speaker_timeline',
        'get_screenshots',
        'get_participants',
        'get_chats',
        'get_transcript',
      ],
      ...['transcriptions', 'deliveries', 'delete_data', 'remove_bot'],
    ].map((name): [string, () => string] => [
      'GET',
      () => `/bots/${ids()}/${name}?${pick(['raw', 'format'])}=${ids()}`,
    ]),
    ...['send_message', 'redeliver', 'transcribe', 'remove_bot', 'pause_recording', 'resume_recording', 'compose'].map(
      (name): [string, () => string] => ['POST', () => `/bots/${ids()}/${name}`],
    ),
    ['DELETE', () => `/bots/${ids()}/delete`],
    ['GET', () => `/transcript/${ids()}/get_transcript`],
    ['GET', () => `/deliveries/dead?${pick(['from', 'to', 'limit', 'cursor'])}=${ids()}`],
    ['POST', () => '/deliveries/redeliver'],
    ['POST', () => '/endpoints/enable'],
    ['POST', () => '/webhook_secret/rotate'],
    ['PUT', () => `/provider_keys/${ids()}`],
    ['DELETE', () => `/provider_keys/${ids()}`],
  ];
  const counted = new Map<number, number>();
  for (let asked = 0; asked < 600; asked++) {
    const [method, path] = pick(routes);
    const target = `/api/v1${path()}`;
    const given = Object.fromEntries(Array.from({ length: 1 + next(3) }, () => [pick(fields), value()]));
    const body = method === 'GET' ? undefined : JSON.stringify(next(3) === 0 ? { ...order, ...given } : given);
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(next(4) === 0 ? { 'idempotency-key': 'k'.repeat(next(3000)) } : {}),
    };
    const answer = await gateway.ask(target, { method, headers, ...(body === undefined ? {} : { body }) });
    await answer.arrayBuffer();
    counted.set(answer.status, (counted.get(answer.status) ?? 0) + 1);
    // 507 is the documented sign of a replay.
    if (answer.status !== 507) expect(answer.status, `${method} ${target} ${body}`).toBeLessThan(500);
  }
  process.stdout.write(`odd requests by their answer: ${JSON.stringify(Object.fromEntries(counted))}\n`);
});
