import { AppError } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { Erasure, ErasureNews } from '../domain/erasure.ts';
import { retryDelayMs } from '../domain/policy.ts';
import type { RetentionDeps } from './deps.ts';

/**
 * Carries out a locked erasure: asks every owner, and asks again, so that the proof is that nothing was left. Says so in
 * the transaction that records it; a failure is recorded, said, and tried again later.
 */
export async function eraseBot(deps: RetentionDeps, tx: Tx, erasure: Erasure): Promise<boolean> {
  const { botId } = erasure;
  const at = deps.clock.now();
  try {
    const first = await askOwners(deps, erasure);
    const left = await askOwners(deps, erasure);
    if (left > 0)
      throw new AppError('internal', 'data appeared while it was being erased', { fields: { botId, left } });
    await deps.erasures.markDone(tx, botId, { at, deletedObjects: first });
    await say(deps, tx, { erasure, news: { kind: 'erasure-done', botId, at, deletedObjects: first } });
    return true;
  } catch (caught) {
    const error = AppError.from(caught);
    const attempt = erasure.attempts + 1;
    deps.log.warn('erasure failed', { botId, attempt, code: error.code, reason: error.message });
    await deps.erasures.markFailed(tx, botId, { nextTryAt: at + retryDelayMs(attempt) });
    const detail = `${error.code}: ${error.message}`;
    await say(deps, tx, { erasure, news: { kind: 'erasure-failed', botId, at, detail, attempt } });
    return false;
  }
}

/** Until the bot's end was heard nothing is said: `hearEnd` makes up for it. */
async function say(
  { outbox }: Pick<RetentionDeps, 'outbox'>,
  tx: Tx,
  { erasure, news }: { erasure: Erasure; news: ErasureNews },
): Promise<void> {
  if (erasure.isHeard) await outbox.append(tx, [news]);
}

async function askOwners({ owners }: RetentionDeps, { botId }: Erasure): Promise<number> {
  const counts = await Promise.all(owners.map((owner) => owner.erase(botId)));
  return counts.reduce((sum, count) => sum + count, 0);
}
