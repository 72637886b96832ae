import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { openDatabase, type Database } from '@earshot/db';
import { eventually } from '@earshot/harness';
import { MINUTE, SECOND, silentLog } from '@earshot/kernel';
import { createRpcClient, type RpcClient } from '@earshot/rpc';
import { freePorts, removeCluster, startStack } from '@earshot/stack';
import { percentile, type Bench } from '../bench.ts';

const root = resolve(import.meta.dirname, '../../../..');
const [BOTS, MESSAGES_EACH, CALLERS] = [500, 20, 50];
const [DEAD_STEPS, BOTS_ON_DEAD] = [[0, 1, 10, 100], 3];
/** The same half minute, measured again without anything dead, differs by half: what is told is the middle one of so many. */
const CYCLES = 3;
/** Half a minute each: dead endpoints are met, time out after 15 s, and are tried again. */
const [HEALTHY_BOTS, HEALTHY_MESSAGES, EVERY_MS] = [50, 3000, 10];

type Notifier = RpcClient<typeof NotifierServiceService>;

/**
 * The notifier as a process of its own on PostgreSQL; the caller and every receiver share one other process, so that the
 * rate is a lower bound. Dead endpoints have an address each (127.0.0.0/8), take the connection and never answer.
 */
export const deliveries: Bench = {
  measures: `the middle one of ${CYCLES} cycles: ${BOTS} bots with ${MESSAGES_EACH} messages each, ${MESSAGES_EACH} to a call, until their success is committed; then a healthy endpoint's time from accepted to received, one message every ${EVERY_MS} ms, beside dead endpoints`,
  async run() {
    const cycles: Cycle[] = [];
    while (cycles.length < CYCLES) cycles.push(await measure());
    const middle = (of: (cycle: Cycle) => number) => percentile(cycles.map(of), 0.5);
    const p95 = DEAD_STEPS.map((step, index) => [`dead_${step}`, middle(({ p95Ms }) => p95Ms[index] ?? NaN)] as const);
    return { per_second: middle(({ perSecond }) => perSecond), p95_ms_healthy: Object.fromEntries(p95), cycles };
  },
};

interface Cycle {
  readonly perSecond: number;
  /** One for each of the steps. */
  readonly p95Ms: readonly number[];
}

/** A notifier of its own, flooded and then watched beside more and more dead endpoints. */
async function measure(): Promise<Cycle> {
  await using parts = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  parts.defer(() => removeCluster(dataDir));
  const settings = { ...process.env, EGRESS_ALLOW: '127.0.0.0/8' };
  const ports = await freePorts();
  const only = ['notifier'] as const;
  const stack = parts.use(await startStack({ root, dataDir, ports, settings, only, log: silentLog }));
  const database = parts.use(openDatabase({ url: stack.databaseUrl, schema: 'notifier', pool: 2 }));
  const notifier = parts.use(
    createRpcClient(NotifierServiceService, `127.0.0.1:${ports.notifier}`, stack.identity('gateway')),
  );

  const waiting = new Map<string, number>();
  const latencies: number[] = [];
  const healthy = await listen(parts, '127.0.0.1', (request, response) => {
    const startedAt = waiting.get(request.url ?? '');
    if (startedAt !== undefined) latencies.push(performance.now() - startedAt);
    waiting.delete(request.url ?? '');
    request.resume().once('end', () => response.end('ok'));
  });
  await flood(notifier, database, { origin: healthy, name: 'warm', bots: BOTS });
  const perSecond = await flood(notifier, database, { origin: healthy, name: 'bot', bots: BOTS });

  const p95Ms: number[] = [];
  let dead = 0;
  for (const step of DEAD_STEPS) {
    for (; dead < step; dead += 1) await die(notifier, parts, dead);
    latencies.length = 0;
    for (let sent = 0; sent < HEALTHY_MESSAGES; sent += 1) {
      const path = `/healthy/${step}/${sent}`;
      waiting.set(path, performance.now());
      const botId = `healthy-${step}-${sent % HEALTHY_BOTS}`;
      void notifier.deliver({ messages: [message(botId, `${healthy}${path}`)] });
      await pause(EVERY_MS);
    }
    await eventually(() => Promise.resolve(waiting.size === 0), { signal: AbortSignal.timeout(MINUTE) });
    p95Ms.push(percentile(latencies, 0.95));
  }
  return { perSecond, p95Ms };
}

/** Delivers to every bot at once; answers how many a second were accepted, sent and committed. */
async function flood(
  notifier: Notifier,
  database: Database,
  { origin, name, bots }: { origin: string; name: string; bots: number },
): Promise<number> {
  const committed = async () => {
    const { rows } = await database.knex.raw(`select count(*)::int as done from attempts where error = ''`);
    return rows[0].done as number;
  };
  const before = await committed();
  const startedAt = performance.now();
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let bot = caller; bot < bots; bot += CALLERS) {
      const messages = Array.from({ length: MESSAGES_EACH }, () =>
        message(`${name}-${bot}`, `${origin}/${name}/${bot}`),
      );
      await notifier.deliver({ messages });
    }
  });
  await Promise.all(callers);
  const wanted = before + bots * MESSAGES_EACH;
  await eventually(async () => (await committed()) >= wanted, { signal: AbortSignal.timeout(MINUTE), everyMs: 200 });
  return Math.round((bots * MESSAGES_EACH * SECOND) / (performance.now() - startedAt));
}

/** One more endpoint that takes connections and never answers, with messages for it. */
async function die(notifier: Notifier, parts: AsyncDisposableStack, number: number): Promise<void> {
  const origin = await fallSilent(parts, `127.0.1.${number + 1}`);
  const bots = Array.from({ length: BOTS_ON_DEAD }, (_, bot) => `dead-${number}-${bot}`);
  await notifier.deliver({ messages: bots.map((botId) => message(botId, `${origin}/${botId}`)) });
}

/** Takes connections and says nothing; not by node:http, which would work for each in the process that measures. */
async function fallSilent(parts: AsyncDisposableStack, host: string): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket.resume());
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  parts.defer(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

async function listen(parts: AsyncDisposableStack, host: string, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, host, done));
  parts.defer(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

function message(botId: string, url: string) {
  const body = Buffer.from(JSON.stringify({ event: 'bot.inmeeting', text: 'x'.repeat(400) }));
  const contentType = 'application/json';
  return { messageId: randomUUID(), accountId: 'account-1', botId, url, body, contentType, label: 'bench' };
}
