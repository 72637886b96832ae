import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import { Artifact, MediaServiceService, type IngestStart } from '@earshot/contract/media/v1/media.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { parseWav } from '@earshot/audio';
import { openDatabase } from '@earshot/db';
import { connectBroker, type Broker } from '@earshot/events';
import { permittedClient, testAssignmentSecret } from '@earshot/harness';
import { DAY, silentLog } from '@earshot/kernel';
import { createLogger, type Service } from '@earshot/service';
import { mediaCallers } from '../../../services/media-streamer/src/rpc/callers.ts';
import type { MediaStreamerConfig } from '../../../services/media-streamer/src/config.ts';
import { createMediaStreamer } from '../../../services/media-streamer/src/media-streamer.ts';
import type { MediaClient } from './joiner.ts';
import { startMediaStreamer, type MediaStreamerProcess } from './media-streamer-process.ts';

const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://earshot@127.0.0.1:7432/earshot';
const natsUrl = process.env['NATS_URL'] ?? 'nats://127.0.0.1:7422';

/** A media-streamer with a schema, a folder and a port of its own; it can be ended and started again on them. */
export interface Fixture extends AsyncDisposable {
  readonly client: MediaClient;
  readonly broker: Broker;
  readonly config: MediaStreamerConfig;
  /** The only bot whose facts are consumed here; others' tests share the broker. */
  readonly botId: string;
  /** The facts about the bot, in order. */
  readonly facts: NonNullable<MediaEvent['fact']>[];
  /** The last fact of a kind; undefined before there is one. */
  last(kind: NonNullable<MediaEvent['fact']>['$case']): NonNullable<MediaEvent['fact']> | undefined;
  /** Resolves when as many facts of a kind have been published. */
  said(kind: NonNullable<MediaEvent['fact']>['$case'], count?: number): Promise<void>;
  startOf(over?: Partial<IngestStart>): IngestStart;
  /** The scheduler publishes that the bot's visit is over. */
  over(state: BotState, wasInMeeting?: boolean, recordingPending?: boolean): Promise<void>;
  /** The recording as whoever asks for it gets it. */
  wav(): Promise<Buffer>;
  recording(): Promise<Int16Array>;
  restart(): Promise<void>;
  /** Another media-streamer on the same database, in a process of its own that can be killed. */
  another(over?: Partial<MediaStreamerConfig>): Promise<MediaStreamerProcess>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function openFixture(over: Partial<MediaStreamerConfig> = {}): Promise<Fixture> {
  const botId = randomUUID();
  const schema = `media_test_${botId.slice(0, 8)}`;
  const blobDir = await mkdtemp(join(tmpdir(), 'media-streamer-'));
  const config: MediaStreamerConfig = {
    name: 'media-streamer',
    logLevel: 'error',
    shutdownMs: 5000,
    rpcListen: `127.0.0.1:${await freePort()}`,
    rpc: { service: 'media-streamer', reflection: false },
    transcriberAddress: '127.0.0.1:9',
    natsUrl,
    tombstoneMs: 400 * DAY,
    blobDir,
    storeBufferMb: 64,
    storeWaitMs: 60_000,
    storeLowMb: 0,
    videoBufferMb: 64,
    videoReserveMb: 0,
    secrets: { artifact: 'x'.repeat(32), assignment: testAssignmentSecret },
    egressAllow: ['127.0.0.1'],
    ...over,
    database: { url: over.database?.url ?? databaseUrl, pool: 4, schema },
  };
  const log = process.env['TEST_LOG'] ? createLogger('media-streamer', 'debug') : silentLog;
  const create = () => createMediaStreamer(config, log, { botSubject: `bots.${botId}.*` });
  let service: Service = create();
  await service.start();
  const client = permittedClient(MediaServiceService, config.rpcListen, {
    callers: mediaCallers,
    accountId: 'account',
  });
  const broker = await connectBroker({ url: natsUrl, name: 'media-streamer-test', log: silentLog });

  const facts: NonNullable<MediaEvent['fact']>[] = [];
  const watchers = new Set<() => void>();
  broker.subscribeEphemeral(`media.${botId}.*`, (_, payload) => {
    const { fact } = MediaEvent.decode(payload);
    if (fact) facts.push(fact);
    for (const watcher of watchers) watcher();
  });
  await broker.connection.flush();
  const others = new Set<MediaStreamerProcess>();
  async function wav(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const { chunk } of client.readRecording({ botId, artifact: Artifact.MIXED_AUDIO, artifactId: '' }))
      chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  return {
    client,
    broker,
    config,
    botId,
    facts,
    last: (kind) => facts.findLast((fact) => fact.$case === kind),
    async said(kind, count = 1) {
      while (facts.filter((fact) => fact.$case === kind).length < count) {
        await new Promise<void>((resolve) => watchers.add(resolve));
      }
    },
    startOf: (more) => ({
      botId,
      accountId: 'account',
      epoch: 1,
      startedAt: new Date(Date.UTC(2026, 0, 1)),
      liveAudioSocketUrl: '',
      speech: undefined,
      transcriptId: '',
      video: false,
      media: undefined,
      botName: 'Earshot',
      // The joiner's stand-in proves what it was assigned.
      assignmentToken: '',
      ...more,
    }),
    async over(state, wasInMeeting = true, recordingPending = false) {
      const event = BotEvent.encode(
        BotEvent.fromPartial({
          ...{ eventId: randomUUID(), botId, accountId: 'account', state },
          ...{ wasInMeeting, recordingPending },
        }),
      );
      const what = state === BotState.FAILED ? 'failed' : 'processing';
      await broker.ensureStream();
      await broker.publish({ id: randomUUID(), subject: `bots.${botId}.${what}`, payload: event.finish() });
    },
    wav,
    recording: async () => parseWav(await wav()).pcm,
    async restart() {
      await service[Symbol.asyncDispose]();
      service = create();
      await service.start();
    },
    async another(more = {}) {
      const rpcListen = `127.0.0.1:${await freePort()}`;
      const other = startMediaStreamer({ ...config, rpcListen, ...more }, `bots.${botId}.*`);
      others.add(other);
      return other;
    },
    async [Symbol.asyncDispose]() {
      for (const other of others) await other[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
      await broker[Symbol.asyncDispose]();
      await using database = openDatabase({ url: databaseUrl, schema: 'public' });
      await database.knex.raw('drop schema if exists ?? cascade', [schema]);
      await rm(blobDir, { recursive: true, force: true });
    },
  };
}
