import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createApi, eventually, type Api } from '@earshot/harness';
import { HOUR, MINUTE, SECOND, mapConcurrent, silentLog } from '@earshot/kernel';
import { freePorts, startStack, type Stack } from '@earshot/stack';
import type { Screen } from '@earshot/demo';
import { judgeArrivals } from '../callbacks/judge-arrivals.ts';
import { startOutageReceiver, type OutageReceiver } from '../callbacks/outage-receiver.ts';
import { openQuickJoiner } from '../callbacks/quick-joiner.ts';
import type { E2eStory } from '../story.ts';
import { lottery } from './crowd-script.ts';

const root = resolve(import.meta.dirname, '../../../..');
const DOWN_MS = HOUR;
const victims = ['notifier', 'gateway', 'nats', 'postgres'] as const;
const [CALLERS, WAIT_MS] = [16, 15 * MINUTE];

interface CallbacksOptions {
  readonly bots: number;
  /** How much quicker than ours the notifier's time goes. */
  readonly factor: number;
  /** How many processes are killed, and how long everybody lives in between, in milliseconds of ours. */
  readonly kills: number;
  readonly killEveryMs: number;
  readonly seed: number;
}

/**
 * Many bots' whole stories while their customer's server is down for an hour of the notifier's time and the processes in
 * between are killed at random. The notifier's process has a quicker clock, and the joiner no browsers; the rest is the product as it runs.
 */
export function callbacks(options: CallbacksOptions): E2eStory {
  const { bots, factor } = options;
  return {
    name: `${bots} bots' callbacks, their receiver down for an hour (${factor} times as quick), ${victims.join(', ')} killed with -9 at random`,
    async play(screen) {
      await using parts = new AsyncDisposableStack();
      const receiver = parts.use(await startOutageReceiver());
      const since = Date.now();
      const stack = parts.use(await startQuickStack(parts, { since, factor }));
      const api = createApi(stack);
      parts.use(
        openQuickJoiner({
          address: `127.0.0.1:${stack.ports.scheduler}`,
          identity: stack.identity('joiner'),
          maxBots: bots,
        }),
      );
      const over = new AbortController();
      parts.defer(() => over.abort());
      const signal = AbortSignal.timeout(WAIT_MS);

      const living = liveThrough({ api, receiver, bots, signal });
      await receiver.watched.until(() => receiver.refused > 0, signal);
      const killing = kill(stack, { ...options, screen, signal: over.signal });
      await pause(DOWN_MS / factor);
      const virtual = () => Math.round(((Date.now() - since) * factor) / MINUTE);
      screen.line(`the receiver is up after ${virtual()} min; it refused ${receiver.refused} requests`, 'green');
      receiver.up();
      await living.catch(async (error: unknown) => {
        // Whoever reads the failure wants to know how far it came.
        const statuses = await listStatuses(api, AbortSignal.timeout(30 * SECOND));
        throw new Error(`not every bot is done and deleted: ${JSON.stringify(counted(statuses.values()))}`, {
          cause: error,
        });
      });
      screen.line(`every bot is done and its data deleted after ${virtual()} min`, 'blue');
      const killed = await killing;
      const { secrets } = await ask(() => api.request('GET', '/webhook_secret'), { signal, wanted: [200] });
      const verdict = () => judgeArrivals(receiver.arrivals, { bots, secret: secrets[0].secret });
      // Not with each arrival: the judge reads all of them, and the receiver is this process.
      const isComplete = () => Promise.resolve(verdict().isComplete);
      await eventually(isComplete, { signal: AbortSignal.timeout(MINUTE), everyMs: 2 * SECOND }).catch(() => {});
      screen.line(`the last callback came after ${virtual()} min`, 'blue');
      return [
        {
          check: `${killed} processes were killed, and the receiver refused ${receiver.refused}`,
          passed: killed === options.kills && receiver.refused > 0,
        },
        ...verdict().checks,
      ];
    },
  };
}

async function startQuickStack(
  parts: AsyncDisposableStack,
  { since, factor }: { since: number; factor: number },
): Promise<Stack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-'));
  parts.defer(() => rm(dataDir, { recursive: true, force: true }));
  return startStack({
    root,
    dataDir,
    ports: await freePorts(),
    settings: { ...process.env, EGRESS_ALLOW: '127.0.0.1' },
    only: ['gateway', 'scheduler', 'media-streamer', 'transcriber', 'composer', 'retention', 'notifier'],
    programs: { notifier: [resolve(import.meta.dirname, '../callbacks/quick-notifier.ts'), `${since}`, `${factor}`] },
    log: silentLog,
  });
}

/** Orders every bot, and has its data deleted as soon as it is done; whatever fails meanwhile is asked again. */
async function liveThrough(options: { api: Api; receiver: OutageReceiver; bots: number; signal: AbortSignal }) {
  const { api, receiver, bots, signal } = options;
  await mapConcurrent(Array(bots).keys(), { concurrency: CALLERS }, async (bot) => {
    const body = {
      meeting_link: 'https://meet.google.com/abc-defg-hij',
      callback_url: `${receiver.url}/${bot}`,
      callback_version: '2026-06',
      deduplication_key: `bot ${bot}`,
    };
    await ask(() => api.request('POST', '/bots/create_bot', body), { signal, wanted: [200, 201] });
  });

  const deleted = new Set<string>();
  while (deleted.size < bots) {
    const statuses = await listStatuses(api, signal);
    const done = [...statuses].flatMap(([botId, status]) => (status === 'Done' && !deleted.has(botId) ? [botId] : []));
    await mapConcurrent(done, { concurrency: CALLERS }, async (botId) => {
      // 404: an earlier question was answered to nobody.
      await ask(() => api.request('DELETE', `/bots/${botId}/delete`), { signal, wanted: [200, 404] });
      deleted.add(botId);
    });
    await pause(200, undefined, { signal });
  }
}

/** By bot. */
async function listStatuses(api: Api, signal: AbortSignal): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const path = `/bots?limit=200&cursor=${encodeURIComponent(cursor)}`;
    const page = await ask(() => api.request('GET', path), { signal, wanted: [200] });
    for (const { bot_id, status } of page.bots) statuses.set(bot_id, status);
    cursor = page.nextCursor;
  }
  return statuses;
}

function counted(words: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Asks until the answer is one of those wanted, as a client does whose server is being killed. */
function ask(
  question: () => ReturnType<Api['request']>,
  { signal, wanted }: { signal: AbortSignal; wanted: number[] },
) {
  return eventually(
    async () => {
      const answer = await question().catch(() => undefined);
      if (answer === undefined || answer.status >= 500) return undefined;
      if (!wanted.includes(answer.status)) throw new Error(`answered ${answer.status}: ${answer.body.message}`);
      return answer.body;
    },
    { signal },
  );
}

/** Kills one process after another, as chance has it; answers how many, fewer only if the signal aborts. */
async function kill(
  stack: Stack,
  { seed, kills, killEveryMs, screen, signal }: CallbacksOptions & { screen: Screen; signal: AbortSignal },
): Promise<number> {
  const random = lottery(seed);
  for (let killed = 0; killed < kills; killed += 1) {
    await pause(killEveryMs * (0.5 + random()), undefined, { signal }).catch(() => {});
    if (signal.aborted) return killed;
    const victim = victims[Math.floor(random() * victims.length)] ?? 'notifier';
    // One that is still starting would be killed without having been there.
    await stack.processes.get(victim)?.ready({ timeoutMs: 30 * SECOND });
    screen.line(`kill -9 ${victim}`, 'red');
    stack.processes.get(victim)?.kill('SIGKILL');
  }
  return kills;
}
