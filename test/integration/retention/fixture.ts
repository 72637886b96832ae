import { randomUUID } from 'node:crypto';
import { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { Bot, BotServiceService, EndedBot, type BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { createInbox, migrate } from '@earshot/db';
import { connectBroker, consume } from '@earshot/events';
import {
  eventually,
  openToAll,
  permittedClient,
  startBroker,
  testDatabase,
  testServers,
  Watched,
} from '@earshot/harness';
import { AppError, DAY, FakeClock, silentLog, type Clock, type Log } from '@earshot/kernel';
import { createRetention } from '@earshot/retention';
import { createRpcServer, type Handlers, type ServiceDefinition } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import { freePorts } from '@earshot/stack';
import { retentionCallers } from '../../../services/retention/src/rpc/callers.ts';

export const signal = () => AbortSignal.timeout(20_000);

/** Virtual time for decisions, real time for waiting between rounds. */
function steppedClock(): Clock & { advance(ms: number): Promise<void> } {
  const fake = new FakeClock(Date.now());
  return {
    now: () => fake.now(),
    monotonicNow: () => fake.monotonicNow(),
    sleep: (ms, aborted) => systemClock.sleep(Math.min(ms, 20), aborted),
    advance: (ms) => fake.advance(ms),
  };
}

/** Every owner that is asked to erase, and the scheduler, as one server that speaks their protocols. */
async function startOwners() {
  const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  const asked: string[] = [];
  const holds = new Map<string, number>();
  const gone = new Map<string, number>();
  const state = {
    ...{ isAway: false, isSchedulerAway: false, markedErased: [] as string[] },
    bot: 'BOT_STATE_PROCESSING' as BotState,
    endedAt: Date.now(),
    /** Objects that an owner deletes in one call. */
    step: Infinity,
    /** Erases and then does not answer, once. */
    losesAnswerOf: '',
    /** Owners answer after it. */
    gate: Promise.resolve(),
    ended: [] as { botId: string; state: BotState; endedAt: Date; retentionHours: number }[],
  };
  const owner = <D extends ServiceDefinition>(name: string, definition: D) => {
    const refuse = async (): Promise<never> => {
      throw new AppError('internal', 'not asked for in this test');
    };
    const erase = async ({ botId, final }: { botId: string; final: boolean }) => {
      const key = `${name} ${botId}`;
      asked.push(final ? `${key} final` : key);
      if (state.isAway) throw new AppError('failed-precondition', 'not now');
      await state.gate;
      const there = holds.get(key) ?? 0;
      const deletedObjects = Math.min(there, state.step);
      holds.set(key, there - deletedObjects);
      const totalObjects = (gone.get(key) ?? 0) + deletedObjects;
      gone.set(key, totalObjects);
      if (state.losesAnswerOf === key) {
        state.losesAnswerOf = '';
        throw new AppError('failed-precondition', 'lost');
      }
      return { deletedObjects, totalObjects, unfinished: there > deletedObjects };
    };
    const findBot = async ({ botId }: { botId: string }) =>
      Bot.fromPartial({
        ...{ botId, accountId: 'account', state: state.bot, endedAt: new Date(state.endedAt) },
        spec: { retentionHours: 1 },
      });
    const markErased = async ({ botId, final }: { botId: string; final: boolean }) => {
      if (state.isSchedulerAway) throw new AppError('failed-precondition', 'not now');
      state.markedErased.push(final ? `${botId} final` : botId);
      return Bot.fromPartial({ botId });
    };
    const listEnded = async () => ({ bots: state.ended.map((bot) => EndedBot.fromPartial(bot)), nextPageToken: '' });
    const names = Object.keys(definition);
    const handlers = {
      ...Object.fromEntries(names.map((each) => [each, refuse])),
      erase,
      findBot,
      markErased,
      listEnded,
    };
    server.add(definition, handlers as unknown as Handlers<D>, openToAll(definition));
  };
  owner('media', MediaServiceService);
  owner('composer', ComposerServiceService);
  owner('transcriber', TranscriptServiceService);
  owner('notifier', NotifierServiceService);
  owner('scheduler', BotServiceService);
  const address = `127.0.0.1:${await server.start()}`;
  return { asked, holds, state, address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

export interface GroundOptions {
  /** The database's time; the service's own by default. */
  readonly databaseTime?: () => Promise<number>;
  readonly log?: Log;
}

/** The service between what it needs: its owners played, the rest real. */
export async function createGround({ databaseTime, log = silentLog }: GroundOptions = {}) {
  const resources = new AsyncDisposableStack();
  const { databaseUrl } = testServers();
  const { natsUrl } = resources.use(await startBroker());
  const database = resources.use(testDatabase('retention'));
  const messages = resources.use(testDatabase('retention_ears'));
  await migrate(messages, `${import.meta.dirname}/../../../services/retention/src/store/migrations`);
  const broker = resources.use(await connectBroker({ url: natsUrl, name: database.schema, log: silentLog }));
  await broker.ensureStream();
  const owners = resources.use(await startOwners());
  const clock = steppedClock();
  const peers = {
    scheduler: owners.address,
    media: owners.address,
    transcriber: owners.address,
    composer: owners.address,
    notifier: owners.address,
  };
  const start = async () => {
    const listen = `127.0.0.1:${(await freePorts()).retention}`;
    const config = {
      ...{ name: 'retention', logLevel: 'error', shutdownMs: 1000, rpcListen: listen, natsUrl, peers },
      tombstoneMs: 400 * DAY,
      rpc: { service: 'retention', reflection: false } as const,
      database: { url: databaseUrl, pool: 4, schema: database.schema },
    };
    const service = createRetention(config, log, { clock, databaseTime: databaseTime ?? (async () => clock.now()) });
    await service.start();
    resources.use(service);
    const client = resources.use(
      permittedClient(RetentionServiceService, listen, { callers: retentionCallers, accountId: 'account' }),
    );
    return { client, listen };
  };
  const { client: retention, listen } = await start();
  const botId = randomUUID();
  const said: string[] = [];
  const watched = new Watched();
  resources.use(
    consume({
      broker,
      inbox: createInbox(messages, 'test'),
      clock: systemClock,
      log: silentLog,
      subject: `erasures.${botId}.*`,
      async handle(_tx, facts) {
        for (const { payload } of facts) {
          const { fact } = ErasureEvent.decode(payload);
          said.push(
            fact?.$case === 'erasureDone' ? `done ${fact.value.deletedObjects}` : `failed ${fact?.value.attempt}`,
          );
        }
        watched.changed();
      },
    }),
  );
  const say = (state: BotState, what: string) => {
    const id = randomUUID();
    const event = BotEvent.fromPartial({
      eventId: id,
      botId,
      state,
      occurredAt: new Date(clock.now()),
      retentionHours: 2,
    });
    return broker.publish({ id, subject: `bots.${botId}.${what}`, payload: BotEvent.encode(event).finish() });
  };
  const planned = () =>
    eventually(async () => retention.getErasure({ botId }).catch(() => undefined), { signal: signal() });
  return {
    ...{ owners, clock, retention, listen, start, database, botId, said, watched, say, planned },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
