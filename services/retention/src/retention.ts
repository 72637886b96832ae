import { join } from 'node:path';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { BotServiceService, BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { createInbox, createOutbox, migrate, openDatabase, relayOutbox } from '@earshot/db';
import { connectBroker, follow, inFactSpan } from '@earshot/events';
import { MINUTE, SECOND, type AccountId, type BotId, type Clock, type Log } from '@earshot/kernel';
import { createRpcClient, createRpcServer } from '@earshot/rpc';
import { Releasers, startLoop, systemClock, type Service } from '@earshot/service';
import type { DataOwner, RetentionDeps } from './actions/deps.ts';
import { eraseDue } from './actions/erase-due.ts';
import { pruneErasures } from './actions/prune-erasures.ts';
import type { RetentionConfig } from './config.ts';
import { onBot } from './events/on-bot.ts';
import { encodeErasureNews } from './events/publish.ts';
import { retentionCallers } from './rpc/callers.ts';
import { retentionService } from './rpc/retention-service.ts';
import { createErasures } from './store/erasures.ts';

/** A deletion that is done is not held up by a scheduler that is not there. */
const TELL_MS = 2 * SECOND;

/** How often it is looked for what has been kept for long enough. */
const PRUNE_MS = 5 * MINUTE;

/** Owns the plans to erase: when each bot's data goes, and the proof that it went. */
export function createRetention(
  config: RetentionConfig,
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

      const relay = startLoop({
        name: 'relay',
        clock,
        log,
        everyMs: SECOND,
        round: () => relayOutbox(database, broker.publish, { log }),
      });
      releasers.own('relay', relay);
      const deps: RetentionDeps = {
        database,
        erasures: createErasures(database),
        outbox: createOutbox(encodeErasureNews),
        owners: connectOwners(config, releasers),
        ...connectScheduler(config, releasers),
        clock,
        log,
        nudge: () => relay.poke(),
      };
      releasers.own(
        'pruning',
        startLoop({ name: 'pruning', clock, log, everyMs: PRUNE_MS, round: () => pruneErasures(deps, config) }),
      );
      releasers.own(
        'erasures',
        startLoop({ name: 'erasures', clock, log, everyMs: SECOND, round: () => eraseDue(deps) }),
      );
      releasers.own(
        'bots',
        follow({
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
      releasers.own('rpc', server);
      await server.start();
    },
    [Symbol.asyncDispose]: () => releasers.release(),
  };
}

function connectScheduler(
  { peers, rpc }: RetentionConfig,
  releasers: Releasers,
): Pick<RetentionDeps, 'visitOf' | 'tellErased'> {
  const scheduler = releasers.own('scheduler', createRpcClient(BotServiceService, peers.scheduler, rpc));
  return {
    async visitOf(botId) {
      const { state, endedAt, createdAt, spec, accountId } = await scheduler.findBot({ botId });
      return {
        isSettled: state === BotState.DONE || state === BotState.FAILED,
        endedAt: (endedAt ?? createdAt ?? new Date(0)).getTime(),
        accountId: accountId as AccountId,
        retentionHours: spec?.retentionHours ?? 0,
      };
    },
    tellErased: (botId, at) => scheduler.markErased({ botId, erasedAt: new Date(at) }, { timeoutMs: TELL_MS }),
  };
}

function connectOwners({ peers, rpc }: RetentionConfig, releasers: Releasers): DataOwner[] {
  const media = releasers.own('media', createRpcClient(MediaServiceService, peers.media, rpc));
  const transcriber = releasers.own('transcriber', createRpcClient(TranscriptServiceService, peers.transcriber, rpc));
  const notifier = releasers.own('notifier', createRpcClient(NotifierServiceService, peers.notifier, rpc));
  const owner = (
    name: string,
    client: { erase(request: { botId: string }): Promise<{ deletedObjects: number }> },
  ): DataOwner => ({
    name,
    erase: async (botId: BotId) => (await client.erase({ botId })).deletedObjects,
  });
  return [owner('media-streamer', media), owner('transcriber', transcriber), owner('notifier', notifier)];
}
