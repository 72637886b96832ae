import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openDatabase } from '@earshot/db';
import { createApi, eventually } from '@earshot/harness';
import { SECOND, silentLog, type AccountId } from '@earshot/kernel';
import { freePorts, startStack, type Stack } from '@earshot/stack';
import { createApiKeys } from '../../../../gateway/src/store/api-keys.ts';
import { openQuickJoiner } from '../callbacks/quick-joiner.ts';
import type { World } from './routes.ts';

const root = resolve(import.meta.dirname, '../../../..');

/** What the gateway's process holds after its garbage is gone, in bytes. */
export interface Weight {
  readonly rss: number;
  readonly heapUsed: number;
}

export interface FuzzStage extends AsyncDisposable {
  readonly stack: Stack;
  readonly world: World;
  weigh(): Promise<Weight>;
}

/** Wide enough that requests come to their handlers; short enough that one which never ends is answered in time. */
const settings = {
  ...{ EGRESS_ALLOW: '127.0.0.1', HTTP_REQUEST_TIMEOUT_MS: '1000', FAILED_KEYS_PER_MINUTE: '1000000' },
  ...{ ACCOUNT_REQUESTS_PER_SECOND: '1000000', ACCOUNT_WAITING_BOTS: '1000000' },
};

/** The product in its own processes, but for browsers: bots come back at once from meetings that nobody was in. */
export async function setFuzzStage(): Promise<FuzzStage> {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-fuzz-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  const weights = join(dataDir, 'weight.json');
  const stack = parts.use(
    await startStack({
      ...{ root, dataDir, ports: await freePorts(), isThrowaway: true, log: silentLog },
      settings: { ...process.env, ...settings },
      only: ['gateway', 'scheduler', 'media-streamer', 'transcriber', 'composer', 'retention', 'notifier'],
      programs: { gateway: ['--expose-gc', resolve(import.meta.dirname, 'weighed-gateway.ts'), weights] },
    }),
  );
  const joining = { address: `127.0.0.1:${stack.ports.scheduler}`, identity: stack.identity('joiner') };
  parts.use(openQuickJoiner({ ...joining, maxBots: 100_000 }));
  const other = await secondKey(stack);
  const world = await makeWorld(stack, other);
  const owned = parts.move();
  let weighed = 0;
  return {
    stack,
    world,
    async weigh() {
      stack.processes.get('gateway')?.kill('SIGUSR2');
      weighed += 1;
      return eventually(async () => read(weights, weighed), { signal: AbortSignal.timeout(30 * SECOND), everyMs: 20 });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What was told for the `wanted`th time; undefined before. */
async function read(file: string, wanted: number): Promise<Weight | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!text.endsWith('}')) return undefined;
  const { told, ...weight } = JSON.parse(text) as Weight & { told: number };
  return told === wanted ? weight : undefined;
}

/** A key of another account. */
async function secondKey({ databaseUrl }: Stack): Promise<string> {
  const key = randomUUID();
  await using database = openDatabase({ url: databaseUrl, schema: 'gateway', pool: 1 });
  await createApiKeys(database, Date.now).ensure(key, 'other' as AccountId);
  return key;
}

async function makeWorld(stack: Stack, other: string): Promise<World> {
  const sink = await closedPort();
  const api = createApi(stack);
  const meeting = { meeting_link: 'https://meet.google.com/abc-defg-hij' };
  const speech = { recording_config: { transcript: { provider: { deepgram: {} } } } };
  const later = { join_at: '2035-01-01 10:00:00' };
  const order = async (by: Pick<typeof api, 'request'>, more: object) =>
    (await by.request('POST', '/bots/create_bot', { ...meeting, ...speech, ...more })).body as Ordered;
  const own = [
    await order(api, {}),
    await order(api, { callback_url: `http://${sink}/{bot_id}` }),
    ...(await Promise.all([1, 2, 3].map(() => order(api, later)))),
  ];
  const foreign = await order(createApi({ url: stack.url, apiKey: other }), later);
  return {
    bots: own.map(({ bot_id: id }) => id),
    transcripts: own.map(({ transcript_id: id }) => id),
    foreignBot: foreign.bot_id,
    sink,
    keys: [stack.apiKey, stack.apiKey, stack.apiKey, other],
  };
}

interface Ordered {
  readonly bot_id: string;
  readonly transcript_id: string;
}

/** An address where nobody listens. */
async function closedPort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return `127.0.0.1:${port}`;
}
