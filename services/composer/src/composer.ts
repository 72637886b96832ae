import { join } from 'node:path';
import { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { createInbox, createOutbox, migrate, openDatabase, relayOutbox, withdrawFacts, type Tx } from '@earshot/db';
import { createEgress } from '@earshot/egress';
import { connectBroker, consume, inFactSpan, type ConsumedEvent } from '@earshot/events';
import { HOUR, MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { createRpcClient, createRpcServer } from '@earshot/rpc';
import { ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import type { ComposerDeps } from './actions/deps.ts';
import { pruneErased } from './actions/prune-erased.ts';
import type { ComposerConfig } from './config.ts';
import { onBot } from './events/on-bot.ts';
import { compositionKinds } from './domain/composition.ts';
import { onMedia } from './events/on-media.ts';
import { encodeVideoFact } from './events/publish.ts';
import { createLiveMeters } from './live/live-meters.ts';
import { startLiveVideos } from './session/live-videos.ts';
import { startJobs } from './making/jobs.ts';
import { makers } from './making/makers.ts';
import { createComposerMeters } from './making/meters.ts';
import { sweepFiles } from './making/sweep-files.ts';
import { createWorkingFolders } from './making/working-folders.ts';
import { askMedia, connectScheduler } from './peers.ts';
import { composerCallers } from './rpc/callers.ts';
import { composerService } from './rpc/composer-service.ts';
import { createCompositions } from './store/compositions.ts';
import { createErased } from './store/erased.ts';
import { createLiveVideos } from './store/live-videos.ts';

export interface ComposerOverrides {
  readonly clock?: Clock;
  /** Called with the port once the service listens. */
  readonly onListening?: (port: number) => void;
}

const quickKinds = compositionKinds.filter((kind) => kind !== 'video');

/** How often expired rows are pruned. */
const PRUNE_MS = 5 * MINUTE;

/** Owns what is made of visits after they ended: which files, how far they are, and the processes that make them. */
export function createComposer(
  config: ComposerConfig,
  log: Log,
  { clock = systemClock, onListening }: ComposerOverrides = {},
): Service {
  const resources = new ResourceStack(log);
  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const { natsUrl: url, natsCredentials: credentials, name, threads, jobs: concurrency } = config;
      const broker = resources.own('broker', await connectBroker({ url, credentials, name, log }));
      const media = resources.own('media', createRpcClient(MediaServiceService, config.peers.media, config.rpc));
      await migrate(database, join(import.meta.dirname, 'store/migrations'));

      const loop = (name: string, everyMs: number, round: () => Promise<boolean | void>) =>
        resources.own(name, startLoop({ name, clock, log, everyMs, round }));
      const relay = loop('relay', SECOND, () => relayOutbox(database, broker.publish, { log }));
      const folders = createWorkingFolders(config.folder);
      const compositions = createCompositions(database);
      const deps: ComposerDeps = {
        ...connectScheduler(config, resources),
        ...askMedia(media),
        ...{ database, compositions, erased: createErased(database), liveVideos: createLiveVideos(database) },
        outbox: createOutbox(encodeVideoFact),
        withdraw: (tx, subjects) => withdrawFacts(tx, database.schema, subjects),
        forget: broker.forget,
        stopJobs: async (botId) => void (await Promise.all(jobs.map((each) => each.stop(botId)))),
        removeFiles: folders.removeBot,
        ...{ clock, log },
        wake() {
          relay.wake();
          for (const each of jobs) each.wake();
          live.wake();
        },
      };
      const meters = createComposerMeters(compositions.countOpen);
      const jobDeps = { ...deps, media, makers, folders, meters, threads };
      // What takes seconds does not wait behind what takes an hour.
      const jobs = [
        resources.own('videos', startJobs({ ...jobDeps, kinds: ['video'], concurrency })),
        resources.own('other files', startJobs({ ...jobDeps, kinds: quickKinds, concurrency: 1 })),
      ];
      const egress = resources.own('egress', createEgress({ allow: config.egressAllow, log }));
      const liveDeps = { ...deps, media, egress, meters: createLiveMeters(), threads, concurrency: config.live };
      const live = resources.own('live videos', startLiveVideos(liveDeps));
      loop('pruning', PRUNE_MS, () => pruneErased(deps, config));
      loop('sweeping', HOUR, () => sweepFiles({ compositions, folders }));
      const follow = (name: string, subject: string, on: typeof onMedia) => {
        const handle = async (tx: Tx, facts: readonly ConsumedEvent[]) => {
          for (const fact of facts) await inFactSpan(fact, () => on(deps, tx, fact));
        };
        const inbox = createInbox(database, `composer-${name}`);
        resources.own(name, consume({ broker, clock, log, subject, inbox, handle, onHandled: deps.wake }));
      };
      follow('media', 'media.*.*', onMedia);
      follow('bots', 'bots.*.*', onBot);
      server.add(ComposerServiceService, composerService(deps), composerCallers);
      resources.own('rpc', server);
      // Apart: arguments of a call that is not made are not evaluated.
      const port = await server.start();
      onListening?.(port);
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}
