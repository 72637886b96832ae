import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { TranscriptEvent, UtterancePreview } from '@earshot/contract/transcriber/v1/events.ts';
import { ProviderKeyServiceService } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { TranscriptServiceService, type StreamStart } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { permittedClient } from '@earshot/harness';
import { migrate, openDatabase } from '@earshot/db';
import { connectBroker } from '@earshot/events';
import { DAY, silentLog, type Clock, type Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import type { Sandbox } from '@earshot/sandbox';
import { createTranscriber, type TranscriberConfig } from '@earshot/transcriber';
import { providerKeyCallers, transcriptCallers } from '../../../services/transcriber/src/rpc/callers.ts';
import { vendorKeys, vendorSettings } from '../transcriber-engines/fixture.ts';

export const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://earshot@127.0.0.1:7432/earshot';

const migrations = join(import.meta.dirname, '../../../services/transcriber/src/store/migrations');

export interface Running {
  readonly client: RpcClient<typeof TranscriptServiceService>;
  readonly providerKeys: RpcClient<typeof ProviderKeyServiceService>;
  /** Ends at once, with whatever is under way. */
  stop(): Promise<void>;
}

/** What differs from a transcriber that knows the sandbox's vendors. */
export type Differences = Partial<Omit<TranscriberConfig, 'secrets'>> & {
  readonly secrets?: Partial<TranscriberConfig['secrets']>;
};

export interface GroundOptions {
  readonly config?: Differences;
  readonly log?: Log;
  readonly clock?: Clock;
}

/** A schema of the test's own, transcribers on it, and a subscription to what they publish; everything goes with it. */
export async function createGround({ sandbox, natsUrl }: { sandbox: Sandbox; natsUrl: string }) {
  const schema = `transcriber_test_${randomBytes(6).toString('hex')}`;
  const database = openDatabase({ url: databaseUrl, schema, pool: 2 });
  const broker = await connectBroker({ url: natsUrl, name: schema, log: silentLog });
  const running = new Set<Running>();
  await skipThePast();

  /** What earlier tests of the file published is of no concern to these transcribers. */
  async function skipThePast(): Promise<void> {
    await migrate(database, migrations);
    const { stream } = await broker.ensureStream();
    const { seq: sequence } = await broker.jetstream.publish(`media.${randomUUID()}.marker`, new Uint8Array());
    for (const domain of ['bots', 'media']) {
      await database.knex('inbox').insert({ consumer: `transcriber-${domain}`, stream, sequence });
    }
  }

  function config({ secrets, ...options }: Differences): TranscriberConfig {
    return {
      ...{ name: 'transcriber', logLevel: 'info', shutdownMs: 1000, rpcListen: '127.0.0.1:0' },
      rpc: { service: 'transcriber', reflection: false },
      mediaAddress: '127.0.0.1:9',
      database: { url: databaseUrl, pool: 8, schema },
      natsUrl,
      tombstoneMs: 400 * DAY,
      vendors: vendorSettings(sandbox),
      failover: {},
      secrets: {
        sealingKey: Buffer.alloc(32, 7),
        ...secrets,
        apiKeys: { ...vendorKeys(sandbox), ...secrets?.apiKeys },
      },
      ...options,
    };
  }

  return {
    schema,
    database,
    async start({ config: options = {}, log = silentLog, clock = systemClock }: GroundOptions = {}): Promise<Running> {
      const listening = Promise.withResolvers<number>();
      const service = createTranscriber(config(options), log, { onListening: listening.resolve, clock });
      await service.start();
      const address = `127.0.0.1:${await listening.promise}`;
      const client = permittedClient(TranscriptServiceService, address, {
        callers: transcriptCallers,
        accountId: 'account-1',
      });
      const providerKeys = permittedClient(ProviderKeyServiceService, address, { callers: providerKeyCallers });
      const transcriber: Running = {
        ...{ client, providerKeys },
        async stop() {
          if (!running.delete(transcriber)) return;
          for (const each of [client, providerKeys]) await each[Symbol.asyncDispose]();
          await service[Symbol.asyncDispose]();
        },
      };
      running.add(transcriber);
      return transcriber;
    },

    /** The facts and previews about one bot, from now on. */
    subscribeEphemeral(botId: string) {
      const facts: TranscriptEvent[] = [];
      const partials: UtterancePreview[] = [];
      const finals: UtterancePreview[] = [];
      broker.subscribeEphemeral(
        `transcripts.${botId}.*`,
        (_, payload) => void facts.push(TranscriptEvent.decode(payload)),
      );
      broker.subscribeEphemeral(`words.${botId}`, (_, payload) => {
        const publishEphemeral = UtterancePreview.decode(payload);
        (publishEphemeral.final ? finals : partials).push(publishEphemeral);
      });
      const kinds = () => facts.flatMap(({ fact }) => (fact ? [fact.$case] : []));
      /** How it ended. */
      const last = () => {
        const isEnd = ($case: string) => $case !== 'utteranceFinal' && $case !== 'liveTrouble';
        return facts.flatMap(({ fact }) => (fact && isEnd(fact.$case) ? [fact] : []));
      };
      return { facts, partials, finals, kinds, last };
    },

    async sayProcessing(
      botId: string,
      about: Partial<Pick<StreamStart, 'accountId' | 'transcriptId' | 'speech'>> & {
        engine?: string;
        optionsJson?: string;
      } = {},
    ) {
      const { accountId = 'account-1', transcriptId = '', engine, optionsJson = '{}' } = about;
      const event = BotEvent.fromPartial({
        ...{ eventId: randomUUID(), botId, accountId, state: 'BOT_STATE_PROCESSING', transcriptId },
        ...{ wasInMeeting: true, firstTime: true, occurredAt: new Date() },
        // Without its way a plan is as facts had it before there was one.
        speech: about.speech ?? (engine ? { engine, optionsJson } : undefined),
      });
      const payload = BotEvent.encode(event).finish();
      await broker.publish({ id: event.eventId, subject: `bots.${botId}.processing`, payload });
    },

    async sayRecording(botId: string, recording: 'ready' | 'missing', detail = '') {
      const fact =
        recording === 'ready'
          ? { $case: 'recordingReady' as const, value: { durationMs: 1000, bytes: 1, missingMs: 0, detail } }
          : { $case: 'recordingMissing' as const, value: { detail: 'nothing came' } };
      const event = { eventId: randomUUID(), botId, occurredAt: new Date(), fact };
      const payload = MediaEvent.encode(event).finish();
      await broker.publish({ id: event.eventId, subject: `media.${botId}.recording-${recording}`, payload });
    },

    async [Symbol.asyncDispose]() {
      for (const transcriber of running) await transcriber.stop();
      await broker[Symbol.asyncDispose]();
      await database.knex.raw('drop schema if exists ?? cascade', [schema]);
      await database[Symbol.asyncDispose]();
    },
  };
}

export type Ground = Awaited<ReturnType<typeof createGround>>;

/** Repeats a call until the answer fits; for what no event reports. */
export async function eventually<T>(ask: () => T | Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
