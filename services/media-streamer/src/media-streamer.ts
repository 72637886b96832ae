import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { FileBlobStore } from '@earshot/blobs';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { createInbox, createOutbox, migrate, openDatabase, relayOutbox, withdrawFacts } from '@earshot/db';
import { createEgress } from '@earshot/egress';
import { connectBroker, consume, inFactSpan } from '@earshot/events';
import { AppError, HOUR, MINUTE, SECOND, type Clock, type Log } from '@earshot/kernel';
import { createRpcClient, createRpcServer } from '@earshot/rpc';
import { ConfigError, ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import { claimStore } from './actions/claim-store.ts';
import type { MediaStreamerConfig } from './config.ts';
import { createDroppedItemMetrics } from './dropped-item-metrics.ts';
import { pruneRecordings } from './actions/prune-recordings.ts';
import { onBot } from './events/on-bot.ts';
import { encodeMediaFact } from './events/publish.ts';
import type { SessionDeps } from './session/fanout.ts';
import { SessionRegistry } from './session/session-registry.ts';
import { Watchers } from './live/watchers.ts';
import { StoreMemory } from './record/store-memory.ts';
import { reapSessions } from './session/session-reaper.ts';
import { createSpaceWatch } from './record/watch-space.ts';
import { mediaCallers } from './rpc/callers.ts';
import { mediaService } from './rpc/media-service.ts';
import { createArtifactParts } from './store/artifact-parts.ts';
import { createArtifacts } from './store/artifacts.ts';
import { createBlobStores } from './store/blob-stores.ts';
import { createChat } from './store/chat.ts';
import { createDebugArtifacts } from './store/debug-artifacts.ts';
import { createErased } from './store/erased.ts';
import { createParticipants } from './store/participants.ts';
import { createPauses } from './store/pauses.ts';
import { createRecordings } from './store/recordings.ts';
import { createSpeaking } from './store/speaking.ts';
import { createSpeeches } from './store/speeches.ts';
import { createTracks } from './store/tracks.ts';
import { createVideoSegments } from './store/video-segments.ts';
import { createVideoStreams } from './store/video-streams.ts';
import { createVideoTracks } from './store/video-tracks.ts';
import type { VideoDeps } from './video/deps.ts';
import { reapVideo } from './video/video-reaper.ts';
import { VideoSessions } from './video/video-sessions.ts';
import { createVideoMetrics } from './video-metrics.ts';

/** How often erased recordings are pruned. */
const PRUNE_MS = 5 * MINUTE;
const MIB = 1024 * 1024;

/** Ingests joiners' media: records it, and forwards it live. */
export function createMediaStreamer(
  config: MediaStreamerConfig,
  log: Log,
  { clock = systemClock, botSubject = 'bots.*.*' }: { clock?: Clock; botSubject?: string } = {},
): Service {
  const resources = new ResourceStack(log);
  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const server = createRpcServer({ listen: config.rpcListen, log, ...config.rpc });
      const { natsUrl: url, natsCredentials: credentials, name } = config;
      const broker = resources.own('broker', await connectBroker({ url, credentials, name, log }));
      const egress = resources.own('egress', createEgress({ allow: config.egressAllow, log }));
      const transcriber = createRpcClient(TranscriptServiceService, config.transcriberAddress, config.rpc);
      resources.own('transcriber', transcriber);
      await migrate(database, join(import.meta.dirname, 'store/migrations'));
      const blobs = new FileBlobStore({ rootDir: config.blobDir });
      const recordings = createRecordings(database);
      const blobStores = createBlobStores();
      const storeId = await claimStore({ database, recordings, blobStores, clock, log }, blobs, config.blobDir).catch(
        refused,
      );

      const publish = () => relayOutbox(database, broker.publish, { log });
      const relay = startLoop({ name: 'relay', clock, log, everyMs: SECOND, round: publish });
      resources.own('relay', relay);
      const deps: SessionDeps & VideoDeps = {
        database,
        recordings,
        blobStores,
        participants: createParticipants(database),
        tracks: createTracks(database),
        chat: createChat(database),
        speaking: createSpeaking(database),
        speeches: createSpeeches(database),
        pauses: createPauses(database),
        debugArtifacts: createDebugArtifacts(database),
        parts: createArtifactParts(database),
        artifacts: createArtifacts(database),
        videoStreams: createVideoStreams(database),
        videoTracks: createVideoTracks(database),
        videoSegments: createVideoSegments(database),
        erased: createErased(database),
        outbox: createOutbox(encodeMediaFact),
        blobs,
        async checkStore() {
          if ((await blobs.readMarker()) === storeId) return;
          throw new AppError('unavailable', 'the blob store is not there');
        },
        clock,
        log,
        egress,
        transcriber,
        artifactSecret: config.secrets.artifact,
        owner: randomUUID(),
        storeWaitMs: config.storeWaitMs,
        storeMemory: new StoreMemory(config.storeBufferMb * MIB),
        videoMemory: new StoreMemory(config.videoBufferMb * MIB),
        hasVideoRoom: async () => (await blobs.freeBytes()) > config.videoReserveMb * MIB,
        watchers: new Watchers(),
        onVideoStored: createVideoMetrics(),
        withdraw: (tx, subjects) => withdrawFacts(tx, database.schema, subjects),
        forget: broker.forget,
        onItemsDropped: createDroppedItemMetrics(log),
        wake: () => relay.wake(),
      };
      const sessions = resources.own('sessions', new SessionRegistry(deps));
      const videos = resources.own('videos', new VideoSessions(deps));
      // What a killed process was writing is a piece of somebody's voice: it does not wait for the next start.
      const leftovers = { name: 'leftovers', clock, log, everyMs: 10 * MINUTE };
      const removeLeftovers = async () => void (await blobs.removeLeftovers(clock.now() - HOUR));
      resources.own('leftovers', startLoop({ ...leftovers, round: removeLeftovers }));
      const freeBytes = () => blobs.freeBytes();
      const space = createSpaceWatch({ freeBytes, lowMb: config.storeLowMb, clock, log });
      resources.own('space', startLoop({ name: 'space', clock, log, everyMs: 5 * SECOND, round: space }));
      const reaper = startLoop({
        name: 'session reaper',
        clock,
        log,
        everyMs: SECOND,
        round: () => reapSessions({ ...deps, sessions }),
      });
      resources.own(
        'pruning',
        startLoop({ name: 'pruning', clock, log, everyMs: PRUNE_MS, round: () => pruneRecordings(deps, config) }),
      );
      resources.own('session reaper', reaper);
      const videoReaper = { name: 'video reaper', clock, log, everyMs: SECOND };
      resources.own('video reaper', startLoop({ ...videoReaper, round: () => reapVideo({ ...deps, videos }) }));
      resources.own(
        'bots',
        consume({
          broker,
          inbox: createInbox(database, 'media-bots'),
          clock,
          log,
          subject: botSubject,
          handle: async (tx, facts) => {
            for (const fact of facts) await inFactSpan(fact, () => onBot(deps, tx, fact));
            relay.wake();
          },
        }),
      );
      server.add(
        MediaServiceService,
        mediaService({ ...deps, sessions, videos, assignmentSecret: config.secrets.assignment }),
        mediaCallers,
      );
      resources.own('rpc', server);
      await server.start();
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}

/** A store that is not the database's is a matter of configuration: starting again would not help. */
function refused(error: unknown): never {
  const { code, message } = AppError.from(error);
  throw code === 'failed-precondition' ? new ConfigError([message]) : error;
}
