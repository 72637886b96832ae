import { AppError, HOUR, MINUTE } from '@earshot/kernel';
import { erasureDueAt } from '../domain/policy.ts';
import type { EndedVisit, RetentionDeps, VisitState } from './deps.ts';

/** By then the fact about an end was consumed, if it ever is: until then the sweep leaves its bot alone. */
const ANNOUNCED_AFTER_MS = 10 * MINUTE;
/** A joiner that was cut off reports an end when it is back; rounds look back this far. */
const OVERLAP_MS = HOUR;
/** How long a bot that has not finished although its data is due is left alone. */
const ASK_AGAIN_MS = 5 * MINUTE;
const BATCH = 50;

/**
 * Plans erasures of bots whose facts never came, since the broker lost them: asks the scheduler for visits that ended. Begins
 * with the first that is not erased, and goes on from where the round before ended.
 */
export function createMissedSweep(deps: RetentionDeps): () => Promise<void> {
  let from = 0;
  return async () => {
    const announcedBy = deps.clock.now() - ANNOUNCED_AFTER_MS;
    for await (const visits of deps.endedSince(from)) {
      await planMissed(
        deps,
        visits.filter(({ endedAt }) => endedAt <= announcedBy),
      );
    }
    from = announcedBy - OVERLAP_MS;
  };
}

async function planMissed({ database, erasures, log }: RetentionDeps, visits: readonly EndedVisit[]): Promise<void> {
  const planned = await erasures.known(visits.map(({ botId }) => botId));
  const missed = visits.filter(({ botId }) => !planned.has(botId));
  if (missed.length === 0) return;
  log.warn('facts about ends of visits were missed', { count: missed.length });
  await database.transaction(async (tx) => {
    for (const visit of missed) {
      await erasures.plan(tx, { botId: visit.botId, dueAt: erasureDueAt(visit) });
      if (visit.isSettled) await erasures.settle(tx, visit.botId, { isEndAnnounced: true });
    }
  });
}

/** Asks the scheduler about bots whose time has come and whose final fact never came. Answers whether there may be more. */
export async function settleMissed({ database, erasures, visitOf, clock }: RetentionDeps): Promise<boolean> {
  const now = clock.now();
  const waiting = await erasures.unsettled({ now, limit: BATCH });
  for (const botId of waiting) {
    const visit = await visitOf(botId).catch(unlessUnknown);
    const isOver = visit?.isSettled && visit.endedAt <= now - ANNOUNCED_AFTER_MS;
    await database.transaction(async (tx) => {
      if (isOver) await erasures.settle(tx, botId, { isEndAnnounced: true });
      else await erasures.postpone(tx, botId, now + ASK_AGAIN_MS);
    });
  }
  return waiting.length === BATCH;
}

function unlessUnknown(error: unknown): VisitState | undefined {
  if (error instanceof AppError && error.code === 'not-found') return undefined;
  throw error;
}
