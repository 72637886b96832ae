import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { BotReport } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { connectBroker, type Broker } from '@earshot/events';
import { eventually, startBroker } from '@earshot/harness';
import { HOUR, silentLog } from '@earshot/kernel';
import { spec, startScheduler } from './fixture.ts';
import { steppedClock } from './stepped-clock.ts';

let resources: AsyncDisposableStack;
let fixture: Awaited<ReturnType<typeof startScheduler>>;
let broker: Broker;
let clock: ReturnType<typeof steppedClock>;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const { natsUrl } = resources.use(await startBroker());
  clock = steppedClock();
  fixture = resources.use(await startScheduler({ natsUrl, clock }));
  broker = resources.use(await connectBroker({ url: natsUrl, name: 'ears', log: silentLog }));
});
afterEach(() => resources.disposeAsync());

const signal = () => AbortSignal.timeout(10_000);
const lifecycle = { lifecycleUrl: 'https://customer.example', callbackVersion: '2026-06' };
async function order(destinations: Partial<typeof lifecycle> = lifecycle) {
  const given = spec({ destinations: { ...spec().destinations!, ...destinations } });
  const { bot } = await fixture.bots.createBot({ accountId: 'a', spec: given, idempotencyKey: '', orderedByKey: '' });
  return { botId: bot!.botId, epoch: 1 };
}
const ended = (retryable: boolean): NonNullable<BotReport['seen']> => ({
  $case: 'ended',
  value: { reason: 'END_REASON_WORKER_LOST', detail: '', retryable, recordingPending: false },
});
const locate = async (ref: { botId: string }, accountId = 'a') => {
  const located = fixture.bots.locateBot({ botId: ref.botId, accountId });
  return located.then(({ joinerAddress }) => joinerAddress).catch((error: { code: string }) => error.code);
};

it('locates a bot while it is in its meeting, at the joiner that has it', async () => {
  await using joiner = fixture.joiner();
  await using other = fixture.joiner();
  joiner.heartbeat([], 5, 'joiner-1:7402');
  const ref = await order();
  await joiner.order('assign', ref);
  const isLocated = (...expected: string[]) =>
    eventually(async () => expected.includes(await locate(ref)), { signal: signal() });
  expect(await locate(ref)).toBe('failed-precondition');
  await joiner.see(ref, { $case: 'knocked', value: {} });
  expect(await locate(ref)).toBe('failed-precondition');
  await joiner.see(ref, { $case: 'entered', value: {} });
  await isLocated('joiner-1:7402');
  await joiner.see(ref, { $case: 'recordingStarted', value: {} });
  expect(await locate(ref)).toBe('joiner-1:7402');
  await joiner.see(ref, { $case: 'recordingPaused', value: { paused: true } });
  expect(await locate(ref)).toBe('joiner-1:7402');
  expect(await Promise.all([locate(ref, 'b'), locate({ botId: randomUUID() }), locate({ botId: 'x' })])).toEqual([
    ...['permission-denied', 'not-found', 'not-found'],
  ]);
  // Its address changes; one that is none is nowhere.
  joiner.heartbeat([ref], 5, '[::1]:7402');
  await isLocated('[::1]:7402');
  joiner.heartbeat([ref], 5, 'http://joiner-1:7402/');
  await isLocated('unavailable');
  joiner.heartbeat([ref], 0, 'joiner-1:7402');
  await isLocated('joiner-1:7402');
  // On its way back from a joiner that was lost, until it is inside again.
  await joiner.see(ref, ended(true));
  expect(await locate(ref)).toBe('unavailable');
  other.heartbeat([], 5, 'joiner-2:7402');
  const again = { ...ref, epoch: 2 };
  await other.order('assign', again);
  expect(await locate(ref)).toBe('unavailable');
  await other.see(again, { $case: 'entered', value: {} });
  expect(await locate(ref)).toBe('joiner-2:7402');
  await other.see(again, { $case: 'leaving', value: { reason: 'END_REASON_REMOVED' } });
  expect(await locate(ref)).toBe('failed-precondition');
  await other.see(again, ended(false));
  expect(await locate(ref)).toBe('failed-precondition');
});

it('writes where a joiner is reached when that changes and once an hour, and not with each heartbeat', async () => {
  await using joiner = fixture.joiner();
  const seenAt = async () => {
    const row = await fixture.database.knex('joiners').where({ joiner_id: joiner.joinerId }).first('seen_at');
    return (row?.seen_at as Date | undefined)?.getTime();
  };
  joiner.heartbeat([], 0, 'joiner-1:7402');
  await eventually(async () => (await seenAt()) !== undefined, { signal: signal() });
  const first = await seenAt();
  await clock.skip(HOUR / 2);
  const ref = await order();
  joiner.heartbeat([], 1, 'joiner-1:7402');
  // What is answered after it was noted.
  await joiner.order('assign', ref);
  joiner.heartbeat([ref], 1, 'joiner-1:7402');
  await joiner.order('otherBots', ref);
  expect(await seenAt()).toBe(first);
  await clock.skip(HOUR / 2);
  joiner.heartbeat([ref], 1, 'joiner-1:7402');
  await eventually(async () => (await seenAt()) === first! + HOUR, { signal: signal() });
});

it('publishes each speech of an assignment under one id, however often it is reported, to those who hear of it', async () => {
  await using joiner = fixture.joiner();
  joiner.heartbeat([], 10);
  const facts: BotEvent[] = [];
  broker.subscribeEphemeral('bots.*.*', (subject, payload) => {
    if (subject.split('.')[2]?.startsWith('speech-')) facts.push(BotEvent.decode(payload));
  });
  await broker.connection.flush();
  const speechId = randomUUID();
  const started = { $case: 'speechStarted', value: { speechId, source: 'SPEECH_SOURCE_API' } } as const;
  const over = { speechId, source: 'SPEECH_SOURCE_API', outcome: 'SPEECH_OUTCOME_BARGE_IN' } as const;
  const speechEnded = { $case: 'speechEnded', value: { ...over, heardMs: 1200, totalMs: 3000 } } as const;
  const [heard, older, silent] = [
    await order(),
    await order({ ...lifecycle, callbackVersion: '2025-01' }),
    await order({ lifecycleUrl: '' }),
  ];
  for (const ref of [older, silent, heard]) {
    await joiner.order('assign', ref);
    await joiner.see(ref, { $case: 'entered', value: {} });
    const sequence = await joiner.see(ref, started);
    joiner.repeat(ref, { sequence, seen: started });
    await joiner.see(ref, { ...started, value: { ...started.value, speechId: 'no id' } });
    await joiner.see(ref, speechEnded);
    await joiner.see(ref, started);
    await joiner.see(ref, speechEnded);
    await joiner.see(ref, ended(false));
    await joiner.see(ref, started);
  }
  const about = ({ botId }: { botId: string }) => ({ botId, accountId: 'a', state: 'BOT_STATE_UNSPECIFIED' });
  await eventually(async () => facts.some(({ botSpeech }) => botSpeech?.$case === 'speechEnded'), { signal: signal() });
  const ids = new Map(facts.map((fact) => [fact.eventId, fact]));
  expect([...ids.values()]).toEqual([
    expect.objectContaining({ ...about(heard), botSpeech: started }),
    expect.objectContaining({ ...about(heard), botSpeech: speechEnded }),
  ]);
  // What is stored of them is stored once, and goes with the bot's data.
  const streamed = async () => {
    const manager = await jetstreamManager(broker.connection);
    const { state } = await manager.streams.info('FACTS', { subjects_filter: `bots.${heard.botId}.*` });
    return Object.entries(state.subjects ?? {}).flatMap(([subject, count]) =>
      subject.includes('speech') ? [[subject.split('.')[2], count]] : [],
    );
  };
  expect(await streamed()).toEqual(
    expect.arrayContaining([
      ['speech-started', 1],
      ['speech-ended', 1],
    ]),
  );
  await fixture.bots.markErased({ botId: heard.botId, erasedAt: new Date(), final: true });
  expect(await streamed()).toEqual([]);
});
