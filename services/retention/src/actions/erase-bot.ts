import { AppError, MINUTE, type BotId } from '@earshot/kernel';
import type { Erasure } from '../domain/erasure.ts';
import { closeAt, retryDelayMs } from '../domain/policy.ts';
import type { DataOwner, RetentionDeps } from './deps.ts';

/** How long an erasure is leased to one replica. Longer than any step of it; that of a replica that was killed is taken over after it. */
export const LEASE_MS = MINUTE;

/** Steps of a few seconds each: an owner that needs more has something that it cannot delete. */
const MAX_STEPS = 1000;

/**
 * Carries out an erasure on which the caller has the lease: asks every owner, and asks again, so that the proof is that nothing was left, and
 * has the scheduler reduce the bot to its tombstone. The outcome's fact commits with its record; a failure is tried again later.
 */
export async function eraseBot(deps: RetentionDeps, { botId, attempts }: Erasure): Promise<boolean> {
  try {
    await askOwners(deps, botId);
    const deletedObjects = await verify(deps, botId);
    await deps.markBotErased(botId, { at: deps.clock.now(), isFinal: false });
    await record(deps, botId, deletedObjects);
    return true;
  } catch (caught) {
    const error = AppError.from(caught);
    const attempt = attempts + 1;
    deps.log.warn('erasure failed', { botId, attempt, code: error.code, reason: error.message });
    await recordFailure(deps, botId, { attempt, detail: `${error.code}: ${error.message}` });
    return false;
  }
}

async function askOwners({ owners, erasures, clock }: RetentionDeps, botId: BotId): Promise<void> {
  const finish = async (owner: DataOwner) => {
    for (let step = 0; step < MAX_STEPS; step++) {
      if (!(await owner.erase(botId, { isFinal: false })).isUnfinished) return;
      await erasures.renew(botId, clock.now() + LEASE_MS);
    }
    throw new AppError('internal', 'an owner does not come to an end', { fields: { botId, owner: owner.name } });
  };
  await Promise.all(owners.map(finish));
}

/** Asks again. Answers how many objects there were in all, of tries that failed too. */
async function verify({ owners }: RetentionDeps, botId: BotId): Promise<number> {
  const answers = await Promise.all(owners.map((owner) => owner.erase(botId, { isFinal: false })));
  const left = answers.filter(({ deleted, isUnfinished }) => deleted > 0 || isUnfinished).length;
  if (left > 0) throw new AppError('internal', 'data appeared while it was being erased', { fields: { botId, left } });
  return answers.reduce((sum, { total }) => sum + total, 0);
}

/** Before the fact of the bot's end came nothing is published: `recordBotEnded` makes up for it. */
async function record(
  { database, erasures, outbox, clock }: RetentionDeps,
  botId: BotId,
  deletedObjects: number,
): Promise<void> {
  await database.transaction(async (tx) => {
    const erasure = await erasures.lock(tx, botId);
    if (!erasure || erasure.doneAt !== undefined) return;
    const at = clock.now();
    await erasures.markDone(tx, botId, { at, deletedObjects, closeAt: closeAt(at) });
    if (erasure.isEndAnnounced) await outbox.append(tx, [{ kind: 'erasure-done', botId, at, deletedObjects }]);
  });
}

async function recordFailure(
  { database, erasures, outbox, clock }: RetentionDeps,
  botId: BotId,
  { attempt, detail }: { attempt: number; detail: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    const erasure = await erasures.lock(tx, botId);
    // A replica that was thought to be gone has done it meanwhile.
    if (!erasure || erasure.doneAt !== undefined) return;
    const at = clock.now();
    await erasures.markFailed(tx, botId, { nextTryAt: at + retryDelayMs(attempt) });
    if (erasure.isEndAnnounced) await outbox.append(tx, [{ kind: 'erasure-failed', botId, at, detail, attempt }]);
  });
}
