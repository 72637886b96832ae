import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { Bot, BotServiceService, type BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { createInbox, migrate } from '@earshot/db';
import { connectBroker, follow } from '@earshot/events';
import { eventually, testDatabase, testServers, Watched, openToAll, permittedClient } from '@earshot/harness';
import { AppError, DAY, FakeClock, HOUR, MINUTE, silentLog, type Clock } from '@earshot/kernel';
import { createRetention } from '@earshot/retention';
import { createRpcServer, type Handlers, type ServiceDefinition } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import { freePorts } from '@earshot/stack';
import { retentionCallers } from '../../../services/retention/src/rpc/callers.ts';

const signal = () => AbortSignal.timeout(20_000);

/** Virtual time for decisions, real time for waiting between rounds. */
function steppedClock(): Clock & { advance(ms: number): Promise<void> } {
  const fake = new FakeClock(Date.now());
  return {
    now: () => fake.now(),
    sleep: (ms, aborted) => systemClock.sleep(Math.min(ms, 20), aborted),
    advance: (ms) => fake.advance(ms),
  };
}

/** Everybody who is asked to erase, and the scheduler, as one server that speaks their protocols. */
async function startOwners() {
  const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  const asked: string[] = [];
  const holds = new Map<string, number>();
  const state = {
    ...{ isAway: false, isSchedulerAway: false, markedErased: [] as string[] },
    bot: 'BOT_STATE_PROCESSING' as BotState,
  };
  const owner = <D extends ServiceDefinition>(name: string, definition: D) => {
    const refuse = async (): Promise<never> => {
      throw new AppError('internal', 'not asked for in this test');
    };
    const erase = async ({ botId }: { botId: string }) => {
      asked.push(`${name} ${botId}`);
      if (state.isAway) throw new AppError('failed-precondition', 'not now');
      const key = `${name} ${botId}`;
      const deletedObjects = holds.get(key) ?? 0;
      holds.delete(key);
      return { deletedObjects };
    };
    const findBot = async ({ botId }: { botId: string }) =>
      Bot.fromPartial({
        botId,
        accountId: 'account',
        state: state.bot,
        endedAt: new Date(),
        spec: { retentionHours: 1 },
      });
    const markErased = async ({ botId }: { botId: string }) => {
      if (state.isSchedulerAway) throw new AppError('unavailable', 'not now');
      state.markedErased.push(botId);
      return Bot.fromPartial({ botId });
    };
    const names = Object.keys(definition);
    const handlers = { ...Object.fromEntries(names.map((each) => [each, refuse])), erase, findBot, markErased };
    server.add(definition, handlers as unknown as Handlers<D>, openToAll(definition));
  };
  owner('media', MediaServiceService);
  owner('transcriber', TranscriptServiceService);
  owner('notifier', NotifierServiceService);
  owner('scheduler', BotServiceService);
  const address = `127.0.0.1:${await server.start()}`;
  return { asked, holds, state, address, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function createGround() {
  const resources = new AsyncDisposableStack();
  const { natsUrl, databaseUrl } = testServers();
  const database = resources.use(testDatabase('retention'));
  const ears = resources.use(testDatabase('retention_ears'));
  await migrate(ears, `${import.meta.dirname}/../../../services/retention/src/store/migrations`);
  const broker = resources.use(await connectBroker({ url: natsUrl, name: database.schema, log: silentLog }));
  await broker.ensureStream();
  const owners = resources.use(await startOwners());
  const clock = steppedClock();
  const listen = `127.0.0.1:${(await freePorts()).retention}`;
  const peers = {
    scheduler: owners.address,
    media: owners.address,
    transcriber: owners.address,
    notifier: owners.address,
  };
  const config = {
    ...{
      name: 'retention',
      logLevel: 'error',
      shutdownMs: 1000,
      rpcListen: listen,
      natsUrl,
      tombstoneMs: 400 * DAY,
      rpc: { service: 'retention', reflection: false } as const,
      peers,
    },
    database: { url: databaseUrl, pool: 4, schema: database.schema },
  };
  const service = createRetention(config, silentLog, { clock });
  await service.start();
  resources.use(service);
  const retention = resources.use(
    permittedClient(RetentionServiceService, listen, { callers: retentionCallers, accountId: 'account' }),
  );
  const botId = randomUUID();
  const said: string[] = [];
  const watched = new Watched();
  resources.use(
    follow({
      broker,
      inbox: createInbox(ears, 'test'),
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
    ...{ owners, clock, retention, botId, said, watched, say, planned },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

let ground: Awaited<ReturnType<typeof createGround>>;
beforeEach(async () => {
  ground = await createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe('erasure', () => {
  it('happens when its hours are over, counts what every owner held, and looks again that nothing is left', async () => {
    const { owners, clock, botId, said, watched, say, planned } = ground;
    owners.holds.set(`media ${botId}`, 3).set(`transcriber ${botId}`, 1).set(`notifier ${botId}`, 8);
    await say('BOT_STATE_PROCESSING', 'processing');
    await say('BOT_STATE_DONE', 'done');
    expect((await planned()).dueAt?.getTime()).toBe(clock.now() + 2 * HOUR);
    await clock.advance(2 * HOUR - MINUTE);
    expect(owners.asked.filter((asked) => asked.includes(botId))).toEqual([]);
    await clock.advance(MINUTE);
    await watched.until(() => said.length === 1, signal());
    expect(said).toEqual(['done 12']);
    expect(owners.asked.filter((asked) => asked.includes(botId))).toHaveLength(6);
  });

  it('is tried again until every owner has erased, and says so each time', async () => {
    const { owners, clock, botId, said, watched, say, planned } = ground;
    owners.holds.set(`media ${botId}`, 3);
    owners.state.isAway = true;
    await say('BOT_STATE_FAILED', 'failed');
    await planned();
    await clock.advance(2 * HOUR);
    await watched.until(() => said.length === 1, signal());
    owners.state.isAway = false;
    await clock.advance(MINUTE);
    await watched.until(() => said.length === 2, signal());
    expect(said).toEqual(['failed 1', 'done 3']);
  });

  it('can be asked for at once, twice with the same answer, not before the bot has finished, and is said after that', async () => {
    const { owners, retention, botId, said, watched, say } = ground;
    owners.holds.set(`media ${botId}`, 3);
    await expect(retention.eraseNow({ botId })).rejects.toMatchObject({ code: 'failed-precondition' });
    owners.state.bot = 'BOT_STATE_DONE';
    expect(await retention.eraseNow({ botId })).toMatchObject({ deletedObjects: 3 });
    expect(await retention.eraseNow({ botId })).toMatchObject({ deletedObjects: 3 });
    expect(said).toEqual([]);
    // Whoever looks at the bot after the answer sees that its data is gone; the event alone would come later.
    expect(new Set(owners.state.markedErased)).toEqual(new Set([botId]));
    await say('BOT_STATE_DONE', 'done');
    await watched.until(() => said.length > 0, signal());
    expect(said).toEqual(['done 3']);
  });

  it('is done although the scheduler cannot be told at once', async () => {
    const { owners, retention, botId } = ground;
    owners.holds.set(`media ${botId}`, 3);
    owners.state.bot = 'BOT_STATE_DONE';
    owners.state.isSchedulerAway = true;
    expect(await retention.eraseNow({ botId })).toMatchObject({ deletedObjects: 3 });
  });
});
