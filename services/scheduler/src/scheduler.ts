import { join } from 'node:path';
import { JoinerControlServiceService } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { createInbox, createOutbox, migrate, openDatabase, relayOutbox, withdrawFacts } from '@earshot/db';
import { connectBroker, consume, inFactSpan } from '@earshot/events';
import { MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { createRpcServer } from '@earshot/rpc';
import { ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import type { SchedulerDeps } from './actions/deps.ts';
import { pruneBots } from './actions/prune-bots.ts';
import { createWaitingLimit } from './actions/waiting-limit.ts';
import { LEASE_WATCH_MS, watchLeases } from './actions/watch-leases.ts';
import type { SchedulerConfig } from './config.ts';
import { onComposition } from './events/on-composition.ts';
import { onErasure } from './events/on-erasure.ts';
import { onTranscript } from './events/on-transcript.ts';
import { encodeBotFact, subjectsOf } from './events/publish.ts';
import { joinerControlService } from './rpc/joiner-control-service.ts';
import { botService } from './rpc/bot-service.ts';
import { joinerControlCallers, botCallers } from './rpc/callers.ts';
import { createWakeups } from './rpc/wakeups.ts';
import { createBotSummaries } from './store/bot-summaries.ts';
import { createBots } from './store/bots.ts';
import { createJoiners } from './store/joiners.ts';
import { createMeetingBots } from './store/meeting-bots.ts';
import { createMessages } from './store/messages.ts';

/** How often expired rows are pruned. */
const PRUNE_MS = 5 * MINUTE;

/** Owns bots: what was ordered, where each is, and which joiner has it. */
export function createScheduler(
  config: SchedulerConfig,
  log: Log,
  { clock = systemClock }: { clock?: Clock } = {},
): Service {
  const resources = new ResourceStack(log);
  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const { natsUrl: url, natsCredentials: credentials, name } = config;
      const broker = resources.own('broker', await connectBroker({ url, credentials, name, log }));
      await migrate(database, join(import.meta.dirname, 'store/migrations'));

      const wakeups = createWakeups();
      const summaries = createBotSummaries(database);
      const deps: SchedulerDeps = {
        database,
        bots: createBots(database),
        summaries,
        waitingLimit: createWaitingLimit({ summaries, clock, most: config.accountWaitingBots }),
        messages: createMessages(database),
        meetingBots: createMeetingBots(database),
        joiners: createJoiners(database),
        outbox: createOutbox(encodeBotFact),
        withdraw: (tx, botId) => withdrawFacts(tx, database.schema, subjectsOf(botId)),
        forget: async (botId) => void (await broker.forget(subjectsOf(botId))),
        clock,
        log,
        wake: wakeups.wake,
      };
      const relay = startLoop({
        name: 'relay',
        clock,
        log,
        everyMs: SECOND,
        round: () => relayOutbox(database, broker.publish, { log }),
      });
      wakeups.subscribe(() => relay.wake());
      resources.own('relay', relay);
      resources.own(
        'pruning',
        startLoop({ name: 'pruning', clock, log, everyMs: PRUNE_MS, round: () => pruneBots(deps, config) }),
      );
      resources.own(
        'leases',
        startLoop({ name: 'leases', clock, log, everyMs: LEASE_WATCH_MS, round: watchLeases(deps) }),
      );
      const settling = { transcripts: onTranscript, compositions: onComposition, erasures: onErasure } as const;
      for (const [domain, handler] of Object.entries(settling)) {
        const consumer = consume({
          ...{ broker, clock, log, subject: `${domain}.*.*`, inbox: createInbox(database, `scheduler-${domain}`) },
          handle: async (tx, facts) => {
            for (const fact of facts) await inFactSpan(fact, () => handler(deps, tx, fact));
            relay.wake();
          },
        });
        resources.own(domain, consumer);
      }
      server.add(BotServiceService, botService(deps), botCallers);
      server.add(
        JoinerControlServiceService,
        joinerControlService(deps, { wakeups, assignmentSecret: config.secrets.assignment }),
        joinerControlCallers,
      );
      resources.own('rpc', server);
      await server.start();
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}
