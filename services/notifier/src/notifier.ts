import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { Batcher, migrate, openDatabase } from '@earshot/db';
import { createEgress, type Egress } from '@earshot/egress';
import { MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { createRpcServer } from '@earshot/rpc';
import { ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import { acceptMessages } from './actions/accept-messages.ts';
import { cleanErased } from './actions/erase-bodies.ts';
import type { NotifierDeps } from './actions/deps.ts';
import { pruneDeliveries } from './actions/prune-deliveries.ts';
import { settleAttempts, type Settlement } from './actions/settle-attempts.ts';
import type { NotifierConfig } from './config.ts';
import { startDispatcher } from './delivery/dispatcher.ts';
import { retrySchedule } from './delivery/schedule.ts';
import { send } from './delivery/send.ts';
import { inAttemptSpan } from './delivery/trace.ts';
import { SigningSecrets } from './delivery/signing-secrets.ts';
import type { QueueHead, Message } from './domain/delivery.ts';
import { createLiveQueues } from './live/live-queues.ts';
import { notifierCallers } from './rpc/callers.ts';
import { notifierService } from './rpc/notifier-service.ts';
import { createDeadDeliveries } from './store/dead-deliveries.ts';
import { createDeliveries } from './store/deliveries.ts';
import { createErasedBots } from './store/erased-bots.ts';
import { createEndpoints } from './store/endpoints.ts';
import { createInstances, LEASE_MS } from './store/instances.ts';
import { createDeliveryQueues } from './store/delivery-queues.ts';
import { createSecrets } from './store/secrets.ts';

const MIB = 1024 * 1024;
/** How often it is looked for what has been kept for long enough. */
const PRUNE_MS = 5 * MINUTE;

/** More than this in one transaction makes those who wait wait longer, and saves little. */
const LARGEST_BATCH = 200;
/** While one batch is at the database, the process makes the next ready. Queues are apart from each other; callers' order is not. */
const SETTLE_CONCURRENCY = 2;

export interface NotifierOverrides {
  readonly clock?: Clock;
  readonly egress?: Egress;
  readonly schedule?: readonly number[];
  /** Given the port once the service listens. */
  readonly onListening?: (port: number) => void;
}

/** Owns messages to customers' addresses until they are accepted there, or given up. */
export function createNotifier(config: NotifierConfig, log: Log, overrides: NotifierOverrides = {}): Service {
  const { clock = systemClock, schedule = retrySchedule } = overrides;
  const resources = new ResourceStack(log);
  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const egress = overrides.egress ?? resources.own('egress', createEgress({ allow: config.egressAllow, log }));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      await migrate(database, join(import.meta.dirname, 'store/migrations'));
      const secrets = new SigningSecrets(createSecrets(database), { key: config.secrets.key, clock });
      await secrets.checkKey();

      const queues = createDeliveryQueues(database);
      const deliveries = createDeliveries(database);
      const deadDeliveries = createDeadDeliveries(database);
      const endpoints = createEndpoints(database);
      const erasedBots = createErasedBots(database);
      const deps: NotifierDeps = { database, queues, deliveries, deadDeliveries, endpoints, erasedBots, clock, log };
      const sending = { egress, clock, keysOf: (accountId: string) => secrets.of(accountId) };

      // Live queues drain first, then the durable ones, and some time is left for releasing them.
      const drainMs = config.shutdownMs / 3;
      const instanceId = randomUUID();
      const instances = createInstances(database);
      await instances.renew(instanceId);
      resources.add('instance', () => instances.end(instanceId));
      // Real time, whatever the clock of the schedule: the lease is about this process.
      const heartbeat = { name: 'instance', clock: systemClock, log, everyMs: LEASE_MS / 5 };
      resources.own('lease', startLoop({ ...heartbeat, round: () => instances.renew(instanceId) }));

      const settler = new Batcher<Settlement, QueueHead | undefined>(
        (settlements) => settleAttempts(deps, instanceId, settlements),
        { largest: LARGEST_BATCH, concurrency: SETTLE_CONCURRENCY },
      );
      const dispatcher = startDispatcher({
        instanceId,
        concurrency: config.concurrency,
        schedule,
        drainMs,
        clock,
        log,
        claim: queues.claim,
        claimThese: queues.claimThese,
        reclaim: queues.reclaim,
        headsOf: (queueIds) => deliveries.heads(queueIds),
        settle: (settlement) => settler.add(settlement),
        send: (head, signal) => inAttemptSpan(head, () => send(sending, head, { signal })),
      });
      resources.own(
        'pruning',
        startLoop({ name: 'pruning', clock, log, everyMs: PRUNE_MS, round: () => pruneDeliveries(deps, config) }),
      );
      resources.own('dispatcher', dispatcher);
      // Each second of ours: the erasing is not part of anybody's schedule.
      const cleaning = { name: 'erased bots', clock: systemClock, log, everyMs: SECOND };
      resources.own('erased bots', startLoop({ ...cleaning, round: () => cleanErased(deps) }));
      const { bufferMb, accountBufferMb, stallSeconds } = config.live;
      const limits = {
        totalBytes: bufferMb * MIB,
        accountBytes: accountBufferMb * MIB,
        stallMs: stallSeconds * SECOND,
      };
      const live = resources.own('live', createLiveQueues({ ...sending, ...limits, egress, clock, log, drainMs }));

      const acceptor = new Batcher<readonly Message[], void>(
        async (calls) => {
          dispatcher.hint(await acceptMessages(deps, calls.flat()));
          return calls.map(() => undefined);
        },
        { largest: LARGEST_BATCH },
      );
      const accept = (messages: readonly Message[]) => acceptor.add(messages);
      server.add(
        NotifierServiceService,
        notifierService({ ...deps, live, secrets, accept, wake: () => dispatcher.wake() }),
        notifierCallers,
      );
      resources.own('rpc', server);
      const port = await server.start();
      overrides.onListening?.(port);
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}
