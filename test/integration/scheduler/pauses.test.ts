import { setTimeout as delay } from 'node:timers/promises';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { eventually, permittedClient, startDatabaseProxy, testDatabase } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { botCallers } from '../../../services/scheduler/src/rpc/callers.ts';
import { openQuickJoiner, stays } from '../../e2e/src/callbacks/quick-joiner.ts';
import { schedulerConfig, spec } from './fixture.ts';
import { startSchedulerProcess, type SchedulerProcess } from './scheduler-process.ts';

/** A lease, and more than the two seconds that its heartbeats and its expiry may be apart. */
const PAUSE_MS = 13 * SECOND;
const BOTS = 10;
/** Three schedulers, 33 bots and their pauses, on a machine that has other things to do. */
const TIMEOUT_MS = 150 * SECOND;

interface Paused {
  readonly scheduler: SchedulerProcess;
  readonly database: Awaited<ReturnType<typeof startDatabaseProxy>>;
}
type Pause = { begin(paused: Paused): void; end(paused: Paused): void };

const pauses: Readonly<Record<string, Pause>> = {
  'it is stopped': { begin: (on) => on.scheduler.signal('SIGSTOP'), end: (on) => on.scheduler.signal('SIGCONT') },
  'its event loop is blocked': { begin: (on) => on.scheduler.block(PAUSE_MS), end: () => {} },
  'its database does not answer': { begin: (on) => on.database.hold(), end: (on) => on.database.release() },
};

it.concurrent.each(Object.entries(pauses))(
  'a scheduler leaves bots to their joiner when %s for longer than a lease, and takes those of one that is gone',
  async (_, { begin, end }) => {
    await using schema = testDatabase('scheduler');
    await using database = await startDatabaseProxy();
    const usual = await schedulerConfig(schema.schema);
    const config = { ...usual, database: { ...usual.database, url: database.url } };
    await using scheduler = await startSchedulerProcess(config);
    await using bots = permittedClient(BotServiceService, config.rpcListen, { callers: botCallers });
    const given = { accountId: 'a', spec: spec(), idempotencyKey: '', orderedByKey: '' };
    const order = async () => (await bots.createBot(given)).bot?.botId ?? '';
    const timelineOf = async (botId: string) =>
      (await bots.findBot({ botId })).timeline.map(({ state }) => state.replace('BOT_STATE_', ''));
    const isRecording = async (botId: string) => (await timelineOf(botId)).at(-1) === 'RECORDING';
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const all = { address: config.rpcListen, identity: { service: 'joiner' }, visit: stays } as const;

    const lost = await order();
    const gone = openQuickJoiner({ ...all, maxBots: 1 });
    await eventually(() => isRecording(lost), { signal });
    const commands: string[] = [];
    await using _joiner = openQuickJoiner({
      ...all,
      maxBots: BOTS,
      onCommand(command) {
        const { ref } = command.kind === 'assign' ? command.assignment : command;
        if (command.kind !== 'other-bots') commands.push(`${command.kind} ${ref.botId} ${ref.epoch}`);
      },
    });
    const kept = await Promise.all(Array.from({ length: BOTS }, order));
    for (const botId of kept) await eventually(() => isRecording(botId), { signal });

    begin({ scheduler, database });
    await gone[Symbol.asyncDispose]();
    await delay(PAUSE_MS);
    end({ scheduler, database });

    await eventually(async () => (await timelineOf(lost)).at(-1) === 'QUEUED', { signal });
    const once = ['QUEUED', 'JOINING', 'WAITING_ROOM', 'IN_MEETING', 'RECORDING'];
    expect(await timelineOf(lost)).toEqual([...once, 'QUEUED']);
    expect(await Promise.all(kept.map(timelineOf))).toEqual(kept.map(() => once));
    expect(new Set(commands)).toEqual(new Set(kept.map((botId) => `assign ${botId} 1`)));
  },
  TIMEOUT_MS,
);
