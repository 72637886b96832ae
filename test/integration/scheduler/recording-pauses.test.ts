import { afterEach, beforeEach, expect, it } from 'vitest';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { connectBroker } from '@earshot/events';
import { eventually, testServers } from '@earshot/harness';
import { SECOND, silentLog } from '@earshot/kernel';
import { spec, startScheduler } from './fixture.ts';
import { steppedClock } from './stepped-clock.ts';

let resources: AsyncDisposableStack;
let clock: ReturnType<typeof steppedClock>;
let fixture: Awaited<ReturnType<typeof startScheduler>>;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  clock = steppedClock();
  fixture = resources.use(await startScheduler({ clock }));
});
afterEach(() => resources.disposeAsync());

const signal = () => AbortSignal.timeout(10_000);
const started = { $case: 'recordingStarted', value: {} } as const;
const pausedIs = (paused: boolean) => ({ $case: 'recordingPaused', value: { paused } }) as const;

/** A bot that is recording, and all facts about its recording so far: `+` for what is news to a customer. */
async function recording() {
  const joiner = resources.use(fixture.joiner());
  joiner.heartbeat([]);
  const given = { accountId: 'a', spec: spec(), idempotencyKey: '', orderedByKey: '' };
  const botId = (await fixture.bots.createBot(given)).bot?.botId ?? '';
  const broker = resources.use(await connectBroker({ url: testServers().natsUrl, name: 'ears', log: silentLog }));
  const facts: string[] = [];
  broker.subscribeEphemeral(`bots.${botId}.*`, (subject, payload) => {
    const { firstTime, unpaused } = BotEvent.decode(payload);
    const what = subject.split('.')[2] ?? '';
    if (['recording', 'paused'].includes(what)) facts.push(`${firstTime ? '+' : ''}${unpaused ? 'un' : ''}${what}`);
  });
  await broker.connection.flush();
  const ref = { botId, epoch: 1 };
  await joiner.order('assign', ref);
  await joiner.see(ref, { $case: 'entered', value: {} });
  const setPaused = (paused: boolean, accountId = 'a') => fixture.bots.setPaused({ botId, accountId, paused });
  const stateOf = async () => (await fixture.bots.findBot({ botId })).state.replace('BOT_STATE_', '');
  /**
   * Which commands of the kind come with a heartbeat: its revoke comes before them, and that of the next one after them. What was under
   * way comes before the first.
   */
  const commands = async () => {
    joiner.heard.length = 0;
    for (const epoch of [97, 98, 99]) {
      joiner.heartbeat([ref, { botId, epoch }], 0);
      await joiner.order('revoke', { botId, epoch });
      if (epoch === 97) joiner.heard.length = 0;
    }
    const told = joiner.heard.flatMap((each) => (each.$case === 'setPaused' ? [each.value.paused] : []));
    return [...new Set(told)];
  };
  return { joiner, botId, ref, facts, setPaused, stateOf, commands };
}

it('a recording is paused and goes on as often as asked: commanded until reported, each report applied once', async () => {
  const { joiner, botId, ref, facts, setPaused, stateOf, commands } = await recording();
  await expect(setPaused(true)).rejects.toMatchObject({ code: 'failed-precondition' });
  await joiner.see(ref, started);
  await expect(setPaused(true, 'b')).rejects.toMatchObject({ code: 'permission-denied' });
  expect(await setPaused(true)).toMatchObject({ state: 'BOT_STATE_RECORDING', pauseRequested: true });
  expect(await setPaused(true)).toMatchObject({ pauseRequested: true });
  expect([await commands(), await commands()]).toEqual([[true], [true]]);
  const sequence = await joiner.see(ref, pausedIs(true));
  await joiner.see(ref, pausedIs(true));
  expect([await stateOf(), await commands()]).toEqual(['PAUSED', []]);
  // Both before the joiner has obeyed: the later one counts, and nothing is to be done.
  await setPaused(false);
  await setPaused(true);
  expect(await commands()).toEqual([]);
  await setPaused(false);
  expect(await commands()).toEqual([false]);
  await joiner.see(ref, pausedIs(false));
  // As if the acknowledgements had been lost.
  joiner.repeat(ref, { sequence, seen: pausedIs(true) });
  joiner.repeat(ref, { sequence: sequence - 1, seen: started });
  await joiner.see(ref, pausedIs(false));
  expect([await stateOf(), await commands()]).toEqual(['RECORDING', []]);
  await setPaused(true);
  await joiner.see(ref, pausedIs(true));
  await eventually(async () => facts.length === 4, { signal: signal() });
  expect(facts).toEqual(['+recording', '+paused', '+unrecording', '+paused']);

  // On the way out a pause is nothing any more.
  await fixture.bots.stopBot({ botId, accountId: 'a' });
  await setPaused(false);
  joiner.heartbeat([ref], 0);
  await joiner.order('leave', { botId });
  await joiner.see(ref, { $case: 'leaving', value: { reason: 'END_REASON_STOP_ORDERED' } });
  expect(await commands()).toEqual([]);
  await joiner.see(ref, pausedIs(false));
  expect(await stateOf()).toBe('LEAVING');
  await expect(setPaused(true)).rejects.toMatchObject({ code: 'failed-precondition' });
  const reason = 'END_REASON_STOP_ORDERED';
  await joiner.see(ref, { $case: 'ended', value: { reason, detail: '', retryable: false, recordingPending: false } });
  await fixture.bots.markErased({ botId, erasedAt: new Date(clock.now()), final: true });
  expect(await fixture.bots.findBot({ botId })).toMatchObject({ pauseRequested: false, state: 'BOT_STATE_PROCESSING' });
});

it('whoever takes over a paused recording begins paused, and its customer hears of that pause once', async () => {
  const { joiner, botId, ref, facts, setPaused, stateOf } = await recording();
  await joiner.see(ref, started);
  await setPaused(true);
  await joiner.see(ref, pausedIs(true));
  // Lost without a word: its lease runs out.
  await clock.pass(11 * SECOND);
  await eventually(async () => (await stateOf()) === 'QUEUED', { signal: signal() });
  await expect(setPaused(false)).rejects.toMatchObject({ code: 'failed-precondition' });
  const next = resources.use(fixture.joiner());
  next.heartbeat([]);
  const second = { botId, epoch: 2 };
  expect(await next.order('assign', second)).toMatchObject({ paused: true });
  for (const seen of [{ $case: 'entered', value: {} } as const, started, pausedIs(true)]) await next.see(second, seen);
  expect(await stateOf()).toBe('PAUSED');
  await setPaused(false);
  next.heartbeat([second], 0);
  const isUnpaused = () => next.heard.some((each) => each.$case === 'setPaused' && !each.value.paused);
  await eventually(async () => isUnpaused(), { signal: signal() });
  await next.see(second, pausedIs(false));
  await eventually(async () => facts.length === 5, { signal: signal() });
  expect(facts).toEqual(['+recording', '+paused', 'recording', 'paused', '+unrecording']);
});

it('thirty pauses a minute are enough', async () => {
  const { joiner, botId, ref, setPaused } = await recording();
  await joiner.see(ref, started);
  const timeline = Array.from({ length: 30 }, () => ({ state: 'paused', at: clock.now() }));
  await fixture.database
    .knex('bots')
    .update({ timeline: JSON.stringify(timeline) })
    .where({ bot_id: botId });
  await expect(setPaused(true)).rejects.toMatchObject({ code: 'resource-exhausted' });
  await clock.skip(61 * SECOND);
  expect(await setPaused(true)).toMatchObject({ pauseRequested: true });
});
