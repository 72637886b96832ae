import { join } from 'node:path';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { createInbox, createOutbox, migrate, openDatabase, relayOutbox, type Database } from '@earshot/db';
import { connectBroker, consume, inFactSpan } from '@earshot/events';
import { MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { createRpcServer } from '@earshot/rpc';
import { ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import { closeErasure } from './actions/close-erasures.ts';
import type { RetentionDeps } from './actions/deps.ts';
import { eraseDue } from './actions/erase-due.ts';
import { createMissedSweep, settleMissed } from './actions/find-missed.ts';
import { pruneErasures } from './actions/prune-erasures.ts';
import { createClockWatch } from './clock-watch.ts';
import type { RetentionConfig } from './config.ts';
import { onBot } from './events/on-bot.ts';
import { encodeErasureFact } from './events/publish.ts';
import { connectOwners, connectScheduler } from './peers.ts';
import { retentionCallers } from './rpc/callers.ts';
import { retentionService } from './rpc/retention-service.ts';
import { createErasures } from './store/erasures.ts';

/** How many due erasures, and what follows them, run concurrently; each waits for others most of the time. */
const [ERASING, CLOSING] = [16, 4];

export interface RetentionOverrides {
  readonly clock?: Clock;
  /** What our clock is compared with, milliseconds since 1970: the database's by default. */
  readonly databaseTime?: () => Promise<number>;
}

/** How often expired rows are pruned. */
const PRUNE_MS = 5 * MINUTE;

/** Owns the plans to erase: when each bot's data goes, and the proof that it went. */
export function createRetention(config: RetentionConfig, log: Log, overrides: RetentionOverrides = {}): Service {
  const { clock = systemClock } = overrides;
  const resources = new ResourceStack(log);
  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const { natsUrl: url, natsCredentials: credentials, name } = config;
      const broker = resources.own('broker', await connectBroker({ url, credentials, name, log }));
      await migrate(database, join(import.meta.dirname, 'store/migrations'));

      const loop = (name: string, everyMs: number, round: () => Promise<boolean | void>) =>
        resources.own(name, startLoop({ name, clock, log, everyMs, round }));
      const relay = loop('relay', SECOND, () => relayOutbox(database, broker.publish, { log }));
      const deps: RetentionDeps = {
        database,
        erasures: createErasures(database),
        outbox: createOutbox(encodeErasureFact),
        owners: connectOwners(config, resources),
        ...connectScheduler(config, resources),
        isClockRight: createClockWatch({
          ...{ clock, log, databaseTime: overrides.databaseTime ?? (() => timeOf(database)) },
          onChange: (isRight) => server.setServing(isRight),
        }),
        clock,
        log,
        wake: () => relay.wake(),
      };
      for (let worker = 1; worker <= ERASING; worker++) loop(`erasures ${worker}`, SECOND, () => eraseDue(deps));
      for (let worker = 1; worker <= CLOSING; worker++) loop(`closing ${worker}`, SECOND, () => closeErasure(deps));
      loop('pruning', PRUNE_MS, () => pruneErasures(deps, config));
      loop('unsettled', 10 * SECOND, () => settleMissed(deps));
      loop('missed', MINUTE, createMissedSweep(deps));
      resources.own(
        'bots',
        consume({
          broker,
          inbox: createInbox(database, 'retention-bots'),
          clock,
          log,
          subject: 'bots.*.*',
          handle: async (tx, facts) => {
            for (const fact of facts) await inFactSpan(fact, () => onBot(deps, tx, fact));
          },
        }),
      );
      server.add(RetentionServiceService, retentionService(deps), retentionCallers);
      resources.own('rpc', server);
      await server.start();
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}

async function timeOf({ run }: Pick<Database, 'run'>): Promise<number> {
  const { rows } = await run((query) => query.raw('select extract(epoch from clock_timestamp()) * 1000 as now'));
  return Number((rows as { now: string }[])[0]?.now);
}
