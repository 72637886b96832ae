import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { eventually } from '@earshot/harness';
import { HOUR, MINUTE } from '@earshot/kernel';
import { createGround, signal } from './fixture.ts';

it('erases bots whose ends never came as facts, since the broker lost them: the scheduler is asked', async () => {
  await using ground = await createGround();
  const { owners, clock, retention, botId } = ground;
  owners.holds.set(`media ${botId}`, 3);
  const endedAt = new Date(clock.now() - HOUR);
  owners.state.ended.push({ botId, state: 'BOT_STATE_DONE', endedAt, retentionHours: 2 });
  // One whose end may still be on its way is left to it.
  const fresh = {
    botId: randomUUID(),
    state: 'BOT_STATE_DONE',
    endedAt: new Date(clock.now()),
    retentionHours: 2,
  } as const;
  owners.state.ended.push(fresh);
  await ground.start();
  const plan = () => retention.getErasure({ botId }).catch(() => undefined);
  expect((await eventually(plan, { signal: signal() })).dueAt).toEqual(new Date(endedAt.getTime() + 2 * HOUR));
  await expect(retention.getErasure({ botId: fresh.botId })).rejects.toMatchObject({ code: 'not-found' });
  await clock.advance(HOUR);
  await ground.watched.until(() => ground.said.length === 1, signal());
  expect(ground.said).toEqual(['done 3']);
});

it('erases a bot whose facts have it out of its meeting and never done', async () => {
  await using ground = await createGround();
  const { owners, clock, botId, said, watched, say, planned } = ground;
  owners.holds.set(`media ${botId}`, 3);
  await say('BOT_STATE_PROCESSING', 'processing');
  await planned();
  await clock.advance(2 * HOUR);
  expect(owners.asked.filter((asked) => asked.includes(botId))).toEqual([]);
  owners.state.bot = 'BOT_STATE_DONE';
  owners.state.endedAt = clock.now() - HOUR;
  await clock.advance(10 * MINUTE);
  await watched.until(() => said.length === 1, signal());
  expect(said).toEqual(['done 3']);
});
