import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { eventually } from '@earshot/harness';
import { DAY, HOUR, silentLog, type Log } from '@earshot/kernel';
import { isServing } from '@earshot/rpc';
import { createGround, signal } from './fixture.ts';

it('erases nothing by a clock that is 400 days ahead of the database, logs that, and goes on when it is right', async () => {
  const errors: string[] = [];
  const log: Log = { ...silentLog, error: (message) => void errors.push(message) };
  let ahead = 0;
  await using ground = await createGround({ log, databaseTime: async () => ground.clock.now() - ahead });
  const { owners, clock, retention, listen, botId, said, watched, say, planned } = ground;
  owners.holds.set(`media ${botId}`, 3);
  await say('BOT_STATE_DONE', 'done');
  await planned();
  expect(await isServing(listen)).toBe(true);

  ahead = 400 * DAY;
  await clock.advance(400 * DAY);
  await eventually(async () => errors.length > 0, { signal: signal() });
  await eventually(async () => !(await isServing(listen)), { signal: signal() });
  owners.state.bot = 'BOT_STATE_DONE';
  await expect(retention.eraseNow({ botId: randomUUID() })).rejects.toMatchObject({ code: 'unavailable' });
  expect(owners.asked.filter((asked) => asked.includes(botId))).toEqual([]);
  expect(errors).toEqual(["the clock is not the database's: nothing is erased"]);

  ahead = 0;
  await clock.advance(2 * HOUR);
  await watched.until(() => said.length === 1, signal());
  expect(said).toEqual(['done 3']);
  expect(await isServing(listen)).toBe(true);
});
