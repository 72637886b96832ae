import { AppError, swallow, type BotId } from '@earshot/kernel';
import type { Erasure } from '../domain/erasure.ts';
import { erasureDueAt } from '../domain/policy.ts';
import type { RetentionDeps } from './deps.ts';
import { eraseBot } from './erase-bot.ts';

/** Erases at once. When an owner is away the erasure stays due and goes on without the caller. */
export async function eraseNow(deps: RetentionDeps, botId: BotId): Promise<Erasure> {
  await learn(deps, botId);
  const erased = await deps.database.transaction(async (tx) => {
    const erasure = await deps.erasures.lock(tx, botId);
    if (!erasure?.isSettled) {
      throw new AppError('failed-precondition', 'the bot has not finished: its data can be deleted when it is done', {
        fields: { botId },
      });
    }
    if (erasure.doneAt !== undefined) return true;
    await deps.erasures.hasten(tx, botId, deps.clock.now());
    return eraseBot(deps, tx, erasure);
  });
  deps.nudge();
  if (!erased) throw new AppError('unavailable', 'the deletion has begun and goes on: not every part could be reached');
  const done = await getErasure(deps, botId);
  // Whoever asked may look at the bot at once. The event tells it too, for when the scheduler is away.
  if (done.doneAt !== undefined) {
    await deps.tellErased(botId, done.doneAt).catch((error: unknown) => swallow(deps.log, error, 'the event tells it'));
  }
  return done;
}

/** The fact that a bot is done may still be on its way when its owner, who has seen it done, asks for the erasure. */
async function learn({ database, erasures, visitOf }: RetentionDeps, botId: BotId): Promise<void> {
  const known = await erasures.find(botId);
  if (known?.isSettled) return;
  const { isSettled, endedAt, retentionHours } = await visitOf(botId);
  if (!isSettled) return;
  await database.transaction(async (tx) => {
    await erasures.plan(tx, { botId, dueAt: erasureDueAt({ endedAt, retentionHours }) });
    await erasures.settle(tx, botId, { isHeard: false });
  });
}

export async function getErasure({ erasures }: Pick<RetentionDeps, 'erasures'>, botId: BotId): Promise<Erasure> {
  const erasure = await erasures.find(botId);
  if (!erasure) throw new AppError('not-found', 'no erasure is planned', { fields: { botId } });
  return erasure;
}
