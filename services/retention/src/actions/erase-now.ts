import { AppError, SECOND, type BotId } from '@earshot/kernel';
import type { Erasure } from '../domain/erasure.ts';
import { erasureDueAt } from '../domain/policy.ts';
import type { RetentionDeps } from './deps.ts';
import { eraseBot, LEASE_MS } from './erase-bot.ts';

/** How long to wait for another replica that has the lease, and how often to look. Below what callers wait. */
const [PATIENCE_MS, LOOK_EVERY_MS] = [20 * SECOND, 100];

/** Erases at once. When an owner is away the erasure stays due and goes on without the caller. */
export async function eraseNow(deps: RetentionDeps, botId: BotId): Promise<Erasure> {
  await planFromBot(deps, botId);
  if (!(await deps.isClockRight()))
    throw new AppError('unavailable', 'the clock is wrong: nothing is deleted until it is right');
  const mine = await expedite(deps, botId);
  const isErased = mine ? await eraseBot(deps, mine) : await waitForOther(deps, botId);
  deps.wake();
  if (!isErased)
    throw new AppError('unavailable', 'the deletion has begun and goes on: not every part could be reached');
  return getErasure(deps, botId);
}

/** Brings an erasure forward; answers it when it is the caller's, and undefined when it is done or leased. */
async function expedite({ database, erasures, clock }: RetentionDeps, botId: BotId): Promise<Erasure | undefined> {
  return database.transaction(async (tx) => {
    const erasure = await erasures.lock(tx, botId);
    if (!erasure?.isSettled) {
      throw new AppError('failed-precondition', 'the bot has not finished: its data can be deleted when it is done', {
        fields: { botId },
      });
    }
    if (erasure.doneAt !== undefined) return undefined;
    const now = clock.now();
    await erasures.expedite(tx, botId, now);
    if ((erasure.leaseUntil ?? 0) > now) return undefined;
    await erasures.renew(botId, now + LEASE_MS, tx);
    return erasure;
  });
}

/** Whether it was erased, by whoever has the lease. */
async function waitForOther({ erasures, clock }: RetentionDeps, botId: BotId): Promise<boolean> {
  const until = clock.now() + PATIENCE_MS;
  const before = await erasures.find(botId);
  for (let seen = before; seen; seen = await erasures.find(botId)) {
    if (seen.doneAt !== undefined) return true;
    if (seen.attempts !== before?.attempts || clock.now() > until) return false;
    await clock.sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** The fact that a bot is done may still be on its way when its owner, who has seen it done, asks for the erasure. */
async function planFromBot({ database, erasures, visitOf }: RetentionDeps, botId: BotId): Promise<void> {
  const known = await erasures.find(botId);
  if (known?.isSettled) return;
  const { isSettled, endedAt, retentionHours } = await visitOf(botId);
  if (!isSettled) return;
  await database.transaction(async (tx) => {
    await erasures.plan(tx, { botId, dueAt: erasureDueAt({ endedAt, retentionHours }) });
    await erasures.settle(tx, botId, { isEndAnnounced: false });
  });
}

export async function getErasure({ erasures }: Pick<RetentionDeps, 'erasures'>, botId: BotId): Promise<Erasure> {
  const erasure = await erasures.find(botId);
  if (!erasure) throw new AppError('not-found', 'no erasure is planned', { fields: { botId } });
  return erasure;
}
