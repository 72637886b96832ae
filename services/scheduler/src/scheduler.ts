import { join } from 'node:path';
import { AttendanceServiceService } from '@earshot/contract/scheduler/v1/attendance.ts';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { createInbox, createOutbox, migrate, openDatabase, relayOutbox, withdrawFacts } from '@earshot/db';
import { connectBroker, follow, inFactSpan } from '@earshot/events';
import { MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { createRpcServer } from '@earshot/rpc';
import { Releasers, startLoop, systemClock, type Service } from '@earshot/service';
import { LEASE_MS } from './actions/claim-bots.ts';
import type { SchedulerDeps } from './actions/deps.ts';
import { pruneBots } from './actions/prune-bots.ts';
import { voidLeases } from './actions/void-leases.ts';
import { createWaitingLimit } from './actions/waiting-limit.ts';
import type { SchedulerConfig } from './config.ts';
import { onErasure } from './events/on-erasure.ts';
import { onTranscript } from './events/on-transcript.ts';
import { encodeBotNews, subjectsOf } from './events/publish.ts';
import { attendanceService } from './rpc/attendance-service.ts';
import { botService } from './rpc/bot-service.ts';
import { attendanceCallers, botCallers } from './rpc/callers.ts';
import { createNudges } from './rpc/nudges.ts';
import { createBotSummaries } from './store/bot-summaries.ts';
import { createBots } from './store/bots.ts';
import { createMeetingBots } from './store/meeting-bots.ts';
import { createMessages } from './store/messages.ts';

/** How often it is looked for what has been kept for long enough. */
const PRUNE_MS = 5 * MINUTE;

/** Owns bots: what was ordered, where each is, and which joiner has it. */
export function createScheduler(
  config: SchedulerConfig,
  log: Log,
  { clock = systemClock }: { clock?: Clock } = {},
): Service {
  const releasers = new Releasers(log);
  return {
    async start() {
      const database = releasers.own('database', openDatabase(config.database));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const { natsUrl: url, natsCredentials: credentials, name } = config;
      const broker = releasers.own('broker', await connectBroker({ url, credentials, name, log }));
      await migrate(database, join(import.meta.dirname, 'store/migrations'));

      const nudges = createNudges();
      const summaries = createBotSummaries(database);
      const deps: SchedulerDeps = {
        database,
        bots: createBots(database),
        summaries,
        waitingLimit: createWaitingLimit({ summaries, clock, most: config.accountWaitingBots }),
        messages: createMessages(database),
        meetingBots: createMeetingBots(database),
        outbox: createOutbox(encodeBotNews),
        withdraw: (tx, botId) => withdrawFacts(tx, database.schema, subjectsOf(botId)),
        forget: async (botId) => void (await broker.forget(subjectsOf(botId))),
        clock,
        log,
        nudge: nudges.nudge,
      };
      const relay = startLoop({
        name: 'relay',
        clock,
        log,
        everyMs: SECOND,
        round: () => relayOutbox(database, broker.publish, { log }),
      });
      nudges.subscribe(() => relay.poke());
      releasers.own('relay', relay);
      releasers.own(
        'pruning',
        startLoop({ name: 'pruning', clock, log, everyMs: PRUNE_MS, round: () => pruneBots(deps, config) }),
      );
      releasers.own('leases', startLeaseWatch(deps));
      releasers.own(
        'transcripts',
        follow({
          broker,
          inbox: createInbox(database, 'scheduler-transcripts'),
          clock,
          log,
          subject: 'transcripts.*.*',
          handle: async (tx, facts) => {
            for (const fact of facts) await inFactSpan(fact, () => onTranscript(deps, tx, fact));
            relay.poke();
          },
        }),
      );
      releasers.own(
        'erasures',
        follow({
          broker,
          inbox: createInbox(database, 'scheduler-erasures'),
          clock,
          log,
          subject: 'erasures.*.*',
          handle: async (tx, facts) => {
            for (const fact of facts) await inFactSpan(fact, () => onErasure(deps, tx, fact));
          },
        }),
      );
      server.add(BotServiceService, botService(deps), botCallers);
      server.add(
        AttendanceServiceService,
        attendanceService(deps, { nudges, assignmentSecret: config.secrets.assignment }),
        attendanceCallers,
      );
      releasers.own('rpc', server);
      await server.start();
    },
    [Symbol.asyncDispose]: () => releasers.release(),
  };
}

/**
 * Voids leases once a second. After a start, and after any time in which the table could not be read, joiners first get
 * the length of a lease to be heard again: their silence was ours.
 */
function startLeaseWatch(deps: SchedulerDeps) {
  let blindUntil = deps.clock.now() + LEASE_MS;
  return startLoop({
    name: 'leases',
    clock: deps.clock,
    log: deps.log,
    everyMs: SECOND,
    async round() {
      if (deps.clock.now() < blindUntil) return false;
      try {
        return await voidLeases(deps);
      } catch (error) {
        blindUntil = deps.clock.now() + LEASE_MS;
        throw error;
      }
    },
  });
}
