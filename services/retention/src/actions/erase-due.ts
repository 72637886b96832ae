import type { RetentionDeps } from './deps.ts';
import { eraseBot, LEASE_MS } from './erase-bot.ts';

/** Erases one bot whose time has come. Answers whether another may be waiting. */
export async function eraseDue(deps: RetentionDeps): Promise<boolean> {
  if (!(await deps.isClockRight())) return false;
  const now = deps.clock.now();
  const due = await deps.erasures.claimDue({ now, until: now + LEASE_MS });
  if (!due) return false;
  await eraseBot(deps, due);
  deps.wake();
  return true;
}
