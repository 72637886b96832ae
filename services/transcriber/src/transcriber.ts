import { join } from 'node:path';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { ProviderKeyServiceService } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import {
  Batcher,
  createInbox,
  createOutbox,
  migrate,
  openDatabase,
  relayOutbox,
  type Database,
  type Tx,
  withdrawFacts,
} from '@earshot/db';
import { connectBroker, consume, inFactSpan, type ConsumedEvent } from '@earshot/events';
import { MINUTE, SECOND, type AppError, type Clock, type Log } from '@earshot/kernel';
import { createRpcClient, createRpcServer } from '@earshot/rpc';
import { ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import { commitLive, type LiveCommit } from './actions/commit-live.ts';
import type { TranscriberDeps } from './actions/deps.ts';
import { openLive } from './actions/open-live.ts';
import { pruneBotKeys } from './actions/prune-bot-keys.ts';
import { pruneVisits } from './actions/prune-visits.ts';
import { settleVisits } from './actions/settle-visits.ts';
import { startJobs } from './batch/jobs.ts';
import type { TranscriberConfig } from './config.ts';
import { engineMode, vendors } from './engines/vendors.ts';
import { onBot } from './events/on-bot.ts';
import { onMedia } from './events/on-media.ts';
import { encodeTranscriptFact, encodePreview } from './events/publish.ts';
import { LiveTranscriptions } from './live/live-transcriptions.ts';
import { createProviders, providersOfServer } from './providers.ts';
import { providerKeyCallers, transcriptCallers } from './rpc/callers.ts';
import { providerKeyService } from './rpc/provider-key-service.ts';
import { transcriptService } from './rpc/transcript-service.ts';
import { createBotKeys } from './store/bot-keys.ts';
import { createMissedSpeeches } from './store/missed-speech.ts';
import { createPositions } from './store/positions.ts';
import { createProviderKeys } from './store/provider-keys.ts';
import { createSpeakers } from './store/speakers.ts';
import { createTranscripts } from './store/transcripts.ts';
import { createUsages } from './store/usages.ts';
import { createUtterances } from './store/utterances.ts';
import { createErased } from './store/erased.ts';
import { createVisits } from './store/visits.ts';
import { createUsageMeters } from './usage-meters.ts';

/** How often bot keys and visits are pruned. */
const PRUNE_MS = 5 * MINUTE;

/** Previews carry words at once; their facts may travel together. Milliseconds. */
const WORDS_REST_MS = 100;
/** Streams that commit at the same time share a transaction, and one more prepares meanwhile. */
const [LARGEST_COMMIT, COMMIT_CONCURRENCY] = [50, 2];

export interface TranscriberOverrides {
  readonly clock?: Clock;
  /** Called with the port once the service listens. */
  readonly onListening?: (port: number) => void;
}

/** Owns transcripts: live ones, from the speech of tracks, and those made afterwards from recordings. */
export function createTranscriber(
  config: TranscriberConfig,
  log: Log,
  { clock = systemClock, onListening }: TranscriberOverrides = {},
): Service {
  const resources = new ResourceStack(log);
  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const { natsUrl: url, natsCredentials: credentials, name } = config;
      const broker = resources.own('broker', await connectBroker({ url, credentials, name, log }));
      const media = resources.own('media', createRpcClient(MediaServiceService, config.mediaAddress, config.rpc));
      await migrate(database, join(import.meta.dirname, 'store/migrations'));

      const providerKeys = createProviderKeys(database, config.secrets.sealingKey);
      await providerKeys.checkSealingKey(clock.now());
      const botKeys = createBotKeys(database, config.secrets.sealingKey);
      const enginesOf = createProviders(config, {
        clock,
        keysOf: async (bot) => ({ ...(await providerKeys.open(bot.accountId)), ...(await botKeys.open(bot)) }),
      });
      const wakes: (() => void)[] = [];
      const wake = () => wakes.forEach((wake) => wake());
      let isRelayDue = false;
      const wakeRelay = () => {
        if (isRelayDue) return;
        isRelayDue = true;
        void clock.sleep(WORDS_REST_MS).then(() => {
          isRelayDue = false;
          relay.wake();
        });
      };
      const deps: TranscriberDeps = {
        ...stores(database),
        ...{ providerKeys, botKeys },
        outbox: createOutbox(encodeTranscriptFact),
        encodeFact: encodeTranscriptFact,
        ...{ clock, log, wake, wakeRelay },
        providers: vendors.map((vendor) => vendor.name),
        modeOf: engineMode,
        countUsage: createUsageMeters(),
        withdraw: (tx, subjects) => withdrawFacts(tx, database.schema, subjects),
        forget: broker.forget,
        isStreamHere: (botId) => live.has(botId),
      };
      const committer = new Batcher<LiveCommit, AppError | undefined>((commits) => commitLive(deps, commits), {
        largest: LARGEST_COMMIT,
        concurrency: COMMIT_CONCURRENCY,
      });
      const live = new LiveTranscriptions({
        open: (input) => openLive(deps, input),
        async commit(transcript, changes) {
          const refusal = await committer.add({ transcript, changes });
          if (refusal) throw refusal;
        },
        ...{ enginesOf, failover: config.failover },
        onWords: (botId, words) => {
          const { subject, payload } = encodePreview(botId, words);
          broker.publishEphemeral(subject, payload);
        },
        onUsage: deps.countUsage,
        onEnded: wake,
        ...{ clock, log },
      });

      const loop = (name: string, round: () => Promise<boolean | void>) =>
        startLoop({ name, clock, log, everyMs: SECOND, round });
      const relay = resources.own(
        'relay',
        loop('relay', () => relayOutbox(database, broker.publish, { log })),
      );
      resources.own(
        'pruning',
        startLoop({
          ...{ name: 'pruning', clock, log, everyMs: PRUNE_MS },
          async round() {
            await pruneBotKeys(deps);
            return pruneVisits(deps, config);
          },
        }),
      );
      const settling = resources.own(
        'settling',
        loop('settling', () => settleVisits(deps)),
      );
      const jobs = resources.own('jobs', startJobs({ ...deps, enginesOf, failover: config.failover, media }));
      wakes.push(...[relay, settling, jobs].map((background) => () => background.wake()));

      const consumeFrom = (
        domain: string,
        handle: (deps: TranscriberDeps, tx: Tx, fact: ConsumedEvent) => Promise<void>,
      ) =>
        resources.own(
          domain,
          consume({
            inbox: createInbox(database, `transcriber-${domain}`),
            ...{ broker, clock, log, subject: `${domain}.*.*` },
            handle: async (tx, facts) => {
              for (const fact of facts) await inFactSpan(fact, () => handle(deps, tx, fact));
            },
            onHandled: wake,
          }),
        );
      consumeFrom('bots', onBot);
      consumeFrom('media', onMedia);
      server.add(TranscriptServiceService, transcriptService(deps, live), transcriptCallers);
      server.add(
        ProviderKeyServiceService,
        providerKeyService(deps, providersOfServer(config, clock)),
        providerKeyCallers,
      );
      resources.own('rpc', server);
      const port = await server.start();
      onListening?.(port);
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}

function stores(database: Database) {
  return {
    database,
    transcripts: createTranscripts(database),
    utterances: createUtterances(database),
    missedSpeech: createMissedSpeeches(database),
    usages: createUsages(database),
    speakers: createSpeakers(database),
    positions: createPositions(database),
    visits: createVisits(database),
    erased: createErased(database),
  };
}
