import { createHash, randomBytes } from 'node:crypto';
import { JoinerServiceService } from '@earshot/contract/joiner/v1/joiner.ts';
import { createEgress } from '@earshot/egress';
import { eventually } from '@earshot/harness';
import { AppError, silentLog } from '@earshot/kernel';
import { createRpcClient } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import { freePorts } from '@earshot/stack';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJoinerClients } from '../../../gateway/src/actions/joiner-clients.ts';
import { startFakeJoiner } from './fake-joiner.ts';
import { dial, openGateway } from './open-gateway.ts';

let parts: AsyncDisposableStack;
let first: Awaited<ReturnType<typeof startFakeJoiner>>;
let second: Awaited<ReturnType<typeof startFakeJoiner>>;
let gateway: Awaited<ReturnType<typeof openGateway>>;
/** Where the scheduler says that the bot is, each time it is asked; the last one from then on. */
let places: (string | AppError)[];
const asked: { botId: string; accountId: string }[] = [];

beforeAll(async () => {
  parts = new AsyncDisposableStack();
  first = parts.use(await startFakeJoiner());
  second = parts.use(await startFakeJoiner());
  const open = (address: string) => createRpcClient(JoinerServiceService, address, { service: 'gateway' });
  gateway = parts.use(
    await openGateway({
      clock: systemClock,
      egress: parts.use(createEgress({ allow: ['127.0.0.1:81'], log: silentLog })),
      joiners: parts.use(createJoinerClients(open, { clock: systemClock })),
      scheduler: {
        async locateBot(about: { botId: string; accountId: string }) {
          asked.push(about);
          const place = places.length > 1 ? places.shift() : places[0];
          if (typeof place === 'string') return { joinerAddress: place };
          throw place;
        },
      },
    }),
  );
});
afterAll(() => parts.disposeAsync());
beforeEach(() => {
  places = [first.address];
  for (const joiner of [first, second])
    for (const list of [joiner.said, joiner.shown, joiner.stopped, joiner.refusals, joiner.begun]) list.length = 0;
  asked.length = 0;
});

const ask = async (path: string, init: RequestInit & { type?: string } = {}) => {
  const { type, ...rest } = { method: 'POST', ...init };
  const headers = type === undefined ? {} : { 'content-type': type };
  const answer = await gateway.ask(`/api/v1/bots/b1/${path}`, { ...rest, headers });
  return [answer.status, await answer.json()] as [number, Record<string, unknown>];
};
const speak = (body: RequestInit['body'], type: string) => ask('speak', { body, type });
const say = (body: object) => speak(JSON.stringify(body), 'application/json');
const accepted = { status: 'accepted', bot_id: 'b1', command: 'speak', duration_ms: 1234 };
const sound = randomBytes(100_001);

describe('POST speak', () => {
  it.each([
    ['audio/wav', { container: 'AUDIO_CONTAINER_WAV', sampleRate: 0, channels: 0 }],
    ['audio/ogg; codecs=opus', { container: 'AUDIO_CONTAINER_OGG_OPUS', sampleRate: 0, channels: 0 }],
    ['audio/pcm;rate=16000;channels=2', { container: 'AUDIO_CONTAINER_RAW', sampleRate: 16_000, channels: 2 }],
  ])('hands %s to the joiner as it is', async (type, value) => {
    const [status, body] = await speak(sound, type);
    expect([status, body]).toEqual([200, { ...accepted, speech_id: expect.stringMatching(/^[\da-f-]{36}$/) }]);
    const [{ accountId, start, audio }] = first.said as [(typeof first.said)[0]];
    expect([accountId, start]).toEqual([
      'account-1',
      { botId: 'b1', speechId: body['speech_id'], content: { $case: 'audio', value } },
    ]);
    expect(audio.equals(sound)).toBe(true);
    expect(asked).toEqual([{ botId: 'b1', accountId: 'account-1' }]);
  });

  it('turns the samples of audio/L16 round', async () => {
    expect((await speak(sound.subarray(0, 100_000), 'audio/L16;rate=8000'))[0]).toBe(200);
    expect(first.said[0]?.audio.equals(Buffer.from(sound.subarray(0, 100_000)).swap16())).toBe(true);
  });

  it('takes JSON with a text, or with audio', async () => {
    expect(await say({ text: 'Good morning' })).toMatchObject([200, accepted]);
    expect(await say({ audio: sound.toString('base64') })).toMatchObject([200, accepted]);
    const type = 'audio/L16;rate=8000';
    expect(await say({ audio: 'AAECAw==', content_type: type })).toMatchObject([200, accepted]);
    expect(first.said.map(({ start }) => start.content?.$case)).toEqual(['text', 'audio', 'audio']);
    expect(first.said[1]?.audio.equals(sound)).toBe(true);
    expect(first.said[2]?.audio).toEqual(Buffer.from([1, 0, 3, 2]));
    expect(first.said[0]?.start.content).toEqual({ $case: 'text', value: 'Good morning' });
  });

  it('sends audio on while it comes', async () => {
    const client = dial(gateway.port);
    const head = [
      ...['POST /api/v1/bots/b1/speak HTTP/1.1', 'Host: a', 'Authorization: Token account-1', 'Connection: close'],
      ...['Content-Type: audio/wav', 'Content-Length: 8'],
    ];
    client.socket.write(`${head.join('\r\n')}\r\n\r\nhalf`);
    await eventually(async () => asked.length > 0, { signal: AbortSignal.timeout(10_000) });
    expect(first.said).toEqual([]);
    client.socket.write('half');
    expect(await client.whole()).toMatch(/^HTTP\/1.1 200 OK/);
    expect(first.said[0]?.audio.toString()).toBe('halfhalf');
  });

  it.each([
    ['audio/mpeg', 'x', 415, /^The Content-Type must be application\/json, or audio\/wav, /],
    ['application/x-www-form-urlencoded', 'a=1', 415, /Content-Type/],
    ['audio/ogg;codecs=vorbis', 'x', 415, /Content-Type/],
    ['audio/pcm', 'x', 400, /^Content-Type must have a rate of 8000 to 48000/],
    ['audio/wav', '', 400, /^The body is empty: /],
    ['application/json', '', 400, /^The body is empty: needs a text or audio/],
    ['application/x-www-form-urlencoded', '', 400, /^The body is empty: /],
    ['application/json', '{"text":"a","audio":"AAEC"}', 400, /^text cannot be given beside audio$/],
    ['application/json', '{"text":"a\\u0000"}', 400, /^text must not contain U\+0000$/],
    ['application/json', '{"text":', 400, /not valid JSON/],
    ['application/json', JSON.stringify({ audio: 'A'.repeat(4 * 1024 * 1024) }), 413, /too large/],
  ])('refuses %s, in the case %#', async (type, body, status, message) => {
    const answer = await speak(body, type);
    expect(answer).toEqual([status, expect.objectContaining({ message: expect.stringMatching(message) })]);
    expect(first.said).toEqual([]);
  });

  it('refuses more audio than a minute has, whether its length is told or not', async () => {
    const tooMuch = Buffer.alloc(60 * 48_000 * 4 + 64 * 1024 + 1);
    const refusal = [413, { message: 'The audio is too large: at most 11585536 bytes are taken.' }];
    expect(await speak(tooMuch, 'audio/wav')).toEqual(refusal);
    const stream = new Blob([tooMuch]).stream();
    expect(await ask('speak', { body: stream, duplex: 'half', type: 'audio/wav' } as RequestInit)).toEqual(refusal);
    expect(await speak(tooMuch.subarray(1), 'audio/wav')).toMatchObject([200, accepted]);
    expect(first.said.map(({ audio }) => audio.length)).toEqual([tooMuch.length - 1]);
  });

  it('has nothing of a sound said whose client hangs up in the middle of it', async () => {
    const client = dial(gateway.port);
    const head = ['POST /api/v1/bots/b1/speak HTTP/1.1', 'Host: a', 'Authorization: Token account-1'];
    client.socket.write(`${[...head, 'Content-Type: audio/wav', 'Content-Length: 8'].join('\r\n')}\r\n\r\nhalf`);
    await eventually(async () => first.begun.length > 0, { signal: AbortSignal.timeout(10_000) });
    client.socket.destroy();
    await first.begun[0];
    expect(first.said).toEqual([]);
  });

  it('follows a bot that has moved, and says all of it there under the same id', async () => {
    places = [first.address, second.address];
    first.refusals.push('not-found');
    const [status, body] = await speak(sound, 'audio/wav');
    expect([status, first.said, asked.length]).toEqual([200, [], 2]);
    expect(second.said[0]?.start.speechId).toBe(body['speech_id']);
    expect(hash(second.said[0]?.audio)).toBe(hash(sound));
  });

  it('follows a bot whose joiner is gone', async () => {
    places = [`127.0.0.1:${(await freePorts()).media}`, second.address];
    expect(await say({ text: 'Hello' })).toMatchObject([200, accepted]);
    expect(second.said).toHaveLength(1);
  });

  it.each([
    ['failed-precondition', 409, 'Refused with failed-precondition.'],
    ['invalid-argument', 400, 'Refused with invalid-argument.'],
    ['resource-exhausted', 429, 'Refused with resource-exhausted.'],
    ['permission-denied', 403, 'Refused with permission-denied.'],
  ] as const)('answers %s of the joiner with %d', async (code, status, message) => {
    first.refusals.push(code);
    expect(await speak(sound, 'audio/wav')).toEqual([status, { message }]);
    expect([asked.length, first.said]).toEqual([1, []]);
  });

  it('says so where the joiner could not do it now', async () => {
    // A client of gRPC asks five times.
    first.refusals.push(...Array.from({ length: 5 }, () => 'unavailable' as const));
    expect(await say({ text: 'Hello' })).toEqual([503, { message: 'Refused with unavailable.' }]);
    expect(asked).toHaveLength(1);
  });

  it('looks for a bot three times, and then says that it is not there', async () => {
    first.refusals.push('not-found', 'not-found', 'not-found');
    expect(await say({ text: 'Hello' })).toEqual([409, { message: 'The bot is not in its meeting.' }]);
    expect([asked.length, first.said]).toEqual([3, []]);
  });

  it.each([
    ['failed-precondition', 409, 'The bot is not in its meeting yet.'],
    ['permission-denied', 403, 'The bot is not in its meeting yet.'],
    ['not-found', 404, 'The bot is not in its meeting yet.'],
    ['unavailable', 503, 'The bot cannot be reached at this moment, try again.'],
  ] as const)('answers %s of the scheduler with %d, and calls no joiner', async (code, status, message) => {
    places = [new AppError(code, 'the bot is not in its meeting yet')];
    expect(await speak(sound, 'audio/wav')).toEqual([status, { message }]);
    expect((await ask('speak', { method: 'DELETE' }))[0]).toBe(status);
    expect(first.said).toEqual([]);
  });
});

it('DELETE speak has the bot be silent, and answers what it said', async () => {
  const [, { speech_id: id }] = await say({ text: 'Hello' });
  const silent = { status: 'accepted', bot_id: 'b1', command: 'interrupt', speech_ids: [id] };
  expect(await ask('speak', { method: 'DELETE' })).toEqual([200, silent]);
  places = [first.address, second.address];
  first.refusals.push('not-found');
  expect(await ask('speak', { method: 'DELETE' })).toEqual([200, { ...silent, speech_ids: [] }]);
  expect([first.stopped, second.stopped]).toEqual([['b1'], ['b1']]);
});

describe('POST send_image', () => {
  const show = (body: object) => ask('send_image', { body: JSON.stringify(body), type: 'application/json' });

  it('has the camera show an image, for as long as is asked', async () => {
    const img_url = 'https://127.0.0.1:81/a.png';
    const answer = [200, { status: 'accepted', bot_id: 'b1', command: 'sendimg' }];
    expect(await show({ img_url, display_duration: 5, metadata: { message_type: 'image' } })).toEqual(answer);
    expect(await show({ img_url })).toEqual(answer);
    const about = { botId: 'b1', url: img_url, accountId: 'account-1' };
    expect(first.shown).toEqual([
      { ...about, displaySeconds: 5 },
      { ...about, displaySeconds: 0 },
    ]);
  });

  it.each([
    [{ img_url: 'https://127.0.0.1/a.png' }, /^img_url cannot be used: .*EGRESS_ALLOW/],
    [{ img_url: 'ftp://127.0.0.1:81/a.png' }, /^img_url cannot be used/],
    [{ img_url: 'http://a.example/a.png' }, /^img_url cannot be used: must use https/],
    [{ img_url: 'no address' }, /^img_url cannot be used/],
    [{ display_duration: 5 }, /^img_url is required$/],
    [{ img_url: 'https://127.0.0.1:81/a.png', display_duration: -1 }, /^display_duration must be/],
  ])('refuses %j', async (body, message) => {
    expect(await show(body)).toEqual([400, expect.objectContaining({ message: expect.stringMatching(message) })]);
    expect(first.shown).toEqual([]);
  });
});

function hash(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
