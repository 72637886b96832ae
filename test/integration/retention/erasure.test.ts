import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '@earshot/harness';
import { DAY, HOUR, MINUTE, SECOND } from '@earshot/kernel';
import { createGround, signal } from './fixture.ts';

let ground: Awaited<ReturnType<typeof createGround>>;
beforeEach(async () => {
  ground = await createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe('erasure', () => {
  it('happens when its hours are over, counts what every owner held, and looks again that nothing is left', async () => {
    const { owners, clock, botId, said, watched, say, planned } = ground;
    owners.holds.set(`media ${botId}`, 3).set(`transcriber ${botId}`, 1).set(`notifier ${botId}`, 8);
    owners.holds.set(`composer ${botId}`, 2);
    await say('BOT_STATE_PROCESSING', 'processing');
    await say('BOT_STATE_DONE', 'done');
    expect((await planned()).dueAt?.getTime()).toBe(clock.now() + 2 * HOUR);
    await clock.advance(2 * HOUR - MINUTE);
    expect(owners.asked.filter((asked) => asked.includes(botId))).toEqual([]);
    await clock.advance(MINUTE);
    await watched.until(() => said.length === 1, signal());
    expect(said).toEqual(['done 14']);
    expect(owners.asked.filter((asked) => asked.includes(botId))).toHaveLength(8);
  });

  it('is tried again until every owner has erased, and publishes each outcome', async () => {
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

  it('can be asked for at once, twice with the same answer, not before the bot has finished, and is published after that', async () => {
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

  it('is not done before the scheduler has made the tombstone', async () => {
    const { owners, clock, retention, botId, planned } = ground;
    owners.holds.set(`media ${botId}`, 3);
    owners.state.bot = 'BOT_STATE_DONE';
    owners.state.isSchedulerAway = true;
    const asked = retention.eraseNow({ botId }, { timeoutMs: 30 * SECOND });
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
    expect((await planned())?.doneAt).toBeUndefined();
    owners.state.isSchedulerAway = false;
    await clock.advance(15 * MINUTE);
    const done = async () => ((await planned())?.doneAt ? planned() : undefined);
    expect(await eventually(done, { signal: signal() })).toMatchObject({ deletedObjects: 3 });
    expect(owners.state.markedErased).toEqual([botId]);
  });

  it('counts what was deleted by tries that failed, and by one whose answer was lost', async () => {
    const { owners, clock, botId, said, watched, say, planned } = ground;
    owners.holds.set(`media ${botId}`, 3).set(`transcriber ${botId}`, 1);
    owners.state.losesAnswerOf = `media ${botId}`;
    await say('BOT_STATE_DONE', 'done');
    await planned();
    await clock.advance(2 * HOUR);
    await watched.until(() => said.length === 1, signal());
    owners.holds.set(`notifier ${botId}`, 8);
    await clock.advance(MINUTE);
    await watched.until(() => said.length === 2, signal());
    expect(said).toEqual(['failed 1', 'done 12']);
  });

  it('goes on in as many steps as an owner needs', async () => {
    const { owners, retention, botId } = ground;
    owners.holds.set(`media ${botId}`, 3600);
    owners.state.bot = 'BOT_STATE_DONE';
    owners.state.step = 200;
    expect(await retention.eraseNow({ botId })).toMatchObject({ deletedObjects: 3600, attempts: 1 });
  });

  it('holds no database connection while owners are asked, and is carried out once by two replicas', async () => {
    const { owners, retention, botId, database, start } = ground;
    const mine = () => owners.asked.filter((asked) => asked.includes(botId));
    const { client: other } = await start();
    owners.holds.set(`media ${botId}`, 3);
    owners.state.bot = 'BOT_STATE_DONE';
    const gate = Promise.withResolvers<void>();
    owners.state.gate = gate.promise;
    const first = retention.eraseNow({ botId });
    await eventually(async () => mine().length >= 3, { signal: signal() });
    const second = other.eraseNow({ botId });
    // Others' transactions come and go; one that waits for an owner would stay.
    const open = `select pid from pg_stat_activity where application_name = ? and state like 'idle in transaction%'`;
    const isIdle = async () => (await database.knex.raw(open, [database.schema])).rows.length === 0;
    await eventually(isIdle, { signal: signal() });
    gate.resolve();
    expect(await Promise.all([first, second])).toMatchObject([{ deletedObjects: 3 }, { deletedObjects: 3 }]);
    expect(mine()).toHaveLength(8);
  });

  it('is taken over from one that is gone, after its lease', async () => {
    const { owners, clock, botId, said, watched, say, planned, start } = ground;
    const mine = () => owners.asked.filter((asked) => asked.includes(botId));
    owners.holds.set(`media ${botId}`, 3);
    const gate = Promise.withResolvers<void>();
    owners.state.gate = gate.promise;
    await say('BOT_STATE_DONE', 'done');
    await planned();
    await clock.advance(2 * HOUR);
    await eventually(async () => mine().length >= 3, { signal: signal() });
    // Whoever asked hangs; another one finds the erasure when it is free.
    owners.state.gate = Promise.resolve();
    await start();
    await clock.advance(MINUTE);
    await watched.until(() => said.length === 1, signal());
    gate.resolve();
    expect(said).toEqual(['done 3']);
  });

  it('is closed once its last callback was acknowledged, and three days later at the latest', async () => {
    const { owners, clock, retention, botId } = ground;
    owners.state.bot = 'BOT_STATE_DONE';
    await retention.eraseNow({ botId });
    expect(owners.state.markedErased).toEqual([botId]);
    await retention.acknowledgeErasures({ botIds: [botId, randomUUID(), 'none'] });
    const closed = async () => owners.state.markedErased.filter((marked) => marked === `${botId} final`).length === 1;
    await eventually(closed, { signal: signal() });
    await eventually(async () => owners.asked.filter((asked) => asked.endsWith(`${botId} final`)).length === 4, {
      signal: signal(),
    });

    const silent = randomUUID();
    await retention.eraseNow({ botId: silent });
    await clock.advance(3 * DAY);
    await eventually(async () => owners.state.markedErased.includes(`${silent} final`), { signal: signal() });
  });
});
