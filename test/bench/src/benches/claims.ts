import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  JoinerControlServiceService,
  type ConnectRequest,
  type ConnectResponse,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { openDatabase, type Database } from '@earshot/db';
import { AsyncQueue, MINUTE, SECOND, silentLog } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient, type JoinerIdentity, type RpcClient } from '@earshot/rpc';
import { freePorts, removeCluster, startStack } from '@earshot/stack';
import { percentile, type Bench } from '../bench.ts';

const root = resolve(import.meta.dirname, '../../../..');
const [PAST, SCHEDULED] = [1_000_000, 100_000];
const [JOINERS, BOTS_EACH, CLAIMS] = [10, 4, 60];
const identities = Array.from({ length: JOINERS }, createJoinerIdentity);
const names = identities.map(({ joinerId }) => `'${joinerId}'`).join(', ');
/** Fewer claims are made where they take too long. */
const MOST_MS = MINUTE;
/** Rows of one insert: none lasts longer than a statement may. */
const ROWS = 20_000;

/**
 * The scheduler as a process of its own; ten joiners that are heard once a second and hold bots, and who each had a tenth of
 * all past bots. One after the other says that it has a free seat: from there to the order to take a bot is a claim.
 */
export const claims: Bench = {
  measures: `${CLAIMS} claims one after the other, from a joiner's heartbeat to its order, beside ${JOINERS} joiners' heartbeats, ${SCHEDULED} bots for later, and ${PAST} that were`,
  async run() {
    await using parts = new AsyncDisposableStack();
    const dataDir = await mkdtemp(join(tmpdir(), 'earshot-bench-'));
    parts.defer(() => rm(dataDir, { recursive: true, force: true }));
    parts.defer(() => removeCluster(dataDir));
    const ports = await freePorts();
    const settings = { ...process.env };
    const only = ['scheduler'] as const;
    const stack = parts.use(
      await startStack({ root, dataDir, ports, settings, only, isThrowaway: true, log: silentLog }),
    );
    const database = parts.use(openDatabase({ url: stack.databaseUrl, schema: 'scheduler', pool: 2 }));
    const scheduler = parts.use(
      createRpcClient(JoinerControlServiceService, `127.0.0.1:${ports.scheduler}`, stack.identity('joiner')),
    );

    await fill(database, SCHEDULED, `'scheduled', now() + interval '1 day', null::text, null::timestamptz`);
    const before = await measure(scheduler, database);
    await fill(
      database,
      PAST,
      `'done', now() - interval '30 days', (array[${names}])[1 + n % ${JOINERS}], now() - interval '30 days'`,
    );
    await database.knex.raw('analyze bots');
    const after = await measure(scheduler, database);
    return {
      claim_p95_ms: { past_0: before.p95Ms, [`past_${PAST}`]: after.p95Ms },
      scheduled: SCHEDULED,
      leases_voided: { past_0: before.expired, [`past_${PAST}`]: after.expired },
      lines_broken: { past_0: before.broken, [`past_${PAST}`]: after.broken },
    };
  },
};

/** What an order of a customer looks like, roughly. */
const spec = JSON.stringify({
  ...{
    platform: 'web',
    meetingUrl: 'https://meet.example.org/room',
    botName: 'Earshot',
    chatMessage: '',
    imageUrl: '',
  },
  leave: {
    ...{ waitingRoomSeconds: 600, noOneJoinedSeconds: 600, everyoneLeftSeconds: 600, voiceInactivitySeconds: 600 },
    ...{ recordingLimitSeconds: 14_400, recordingDeniedSeconds: 60 },
  },
  destinations: {
    ...{ lifecycleUrl: 'https://customer.example.org/callbacks', callbackVersion: '', liveTranscriptWebhookUrl: '' },
    ...{
      liveTranscriptSocketUrl: '',
      liveAudioSocketUrl: '',
      liveVideoSocketUrl: '',
      controlSocketUrl: '',
      participantHooks: [],
    },
  },
  ...{ retentionHours: 24, attributesJson: '{}', requestJson: 'x'.repeat(600) },
});

/** Many bots; `kind` gives their state, due_at, joiner_id and lease_until. */
async function fill(database: Database, count: number, kind: string): Promise<void> {
  for (let done = 0; done < count; done += ROWS) {
    await database.knex.raw(
      `insert into bots (bot_id, account_id, spec, state, created_at, timeline, epoch, due_at, joiner_id, lease_until)
       select gen_random_uuid(), 'account-' || n % 100, :spec::jsonb, state, due_at, :timeline::jsonb, 0, due_at, joiner_id, lease_until
       from (select n, ${kind} from generate_series(1, :rows::int) as n) as bot (n, state, due_at, joiner_id, lease_until)`,
      {
        spec,
        timeline: JSON.stringify([{ state: 'queued', at: 0 }]),
        rows: Math.min(ROWS, count - done),
      },
    );
  }
}

async function measure(scheduler: RpcClient<typeof JoinerControlServiceService>, database: Database) {
  const joiners = identities.map((identity) => connect(scheduler, identity));
  const isOver = new AbortController();
  const heartbeats = joiners.map(async (joiner, number) => {
    await pause((number * SECOND) / JOINERS);
    for (; !isOver.signal.aborted; await pause(SECOND)) joiner.sendHeartbeat(0);
  });
  const claim = async (joiner: Joiner) => {
    await fill(database, 1, `'queued', now(), null::text, null::timestamptz`);
    const startedAt = performance.now();
    await joiner.claim();
    return performance.now() - startedAt;
  };
  const isTooLate = AbortSignal.timeout(MOST_MS);
  for (let round = 0; round < BOTS_EACH && !isTooLate.aborted; round += 1) await Promise.all(joiners.map(claim));
  const latencies: number[] = [];
  const startedAt = performance.now();
  while (latencies.length < CLAIMS && (latencies.length < 5 || performance.now() - startedAt < MOST_MS)) {
    latencies.push(await claim(joiners[latencies.length % JOINERS]!));
  }
  isOver.abort();
  await Promise.all(heartbeats);
  const { rows } = await database.knex.raw(
    `select count(*)::int as voided from bots where epoch > 0 and (epoch > 1 or state <> 'joining')`,
  );
  await Promise.all(joiners.map((joiner) => joiner.end()));
  await database.knex.raw(`delete from bots where state <> 'done' and state <> 'scheduled'`);
  const broken = joiners.reduce((sum, joiner) => sum + joiner.broken(), 0);
  return { p95Ms: percentile(latencies, 0.95), expired: rows[0].expired as number, broken };
}

interface Joiner {
  /** A sign of life. */
  sendHeartbeat(freeSlots: number): void;
  /** Has a free seat until it is given a bot. */
  claim(): Promise<void>;
  broken(): number;
  end(): Promise<void>;
}

/** A joiner's line, opened again when it breaks, as joiners do. */
function connect(scheduler: RpcClient<typeof JoinerControlServiceService>, identity: JoinerIdentity): Joiner {
  const refs: Extract<ConnectResponse['message'], { $case: 'assign' }>['value']['ref'][] = [];
  let up = new AsyncQueue<ConnectRequest>();
  let [wanted, broken, isEnded] = [0, 0, false];
  let given = Promise.withResolvers<void>();
  const sendHeartbeat = (freeSlots: number) =>
    up.push({
      message: {
        $case: 'heartbeat',
        value: { ...identity, rpcAddress: '', freeSlots, refs: refs.flatMap((ref) => ref ?? []) },
      },
    });
  const running = (async () => {
    while (!isEnded) {
      try {
        for await (const { message } of scheduler.connect(up, { timeoutMs: 10 * MINUTE })) {
          if (message?.$case !== 'assign') continue;
          if (refs.some((ref) => ref?.botId === message.value.ref?.botId)) continue;
          refs.push(message.value.ref);
          wanted = 0;
          given.resolve();
        }
      } catch {
        if (isEnded) return;
        broken += 1;
        up = new AsyncQueue<ConnectRequest>();
        await pause(SECOND / 10);
        sendHeartbeat(wanted);
      }
    }
  })();
  return {
    sendHeartbeat: () => sendHeartbeat(wanted),
    async claim() {
      given = Promise.withResolvers<void>();
      wanted = 1;
      sendHeartbeat(wanted);
      await given.promise;
    },
    broken: () => broken,
    async end() {
      isEnded = true;
      up.end();
      await running;
    },
  };
}
