import type { RetentionDeps } from './deps.ts';
import { eraseBot } from './erase-bot.ts';

/** Erases one bot whose time has come. Answers whether another may be waiting. */
export async function eraseDue(deps: RetentionDeps): Promise<boolean> {
  const found = await deps.database.transaction(async (tx) => {
    const due = await deps.erasures.lockDue(tx, deps.clock.now());
    if (due) await eraseBot(deps, tx, due);
    return due !== undefined;
  });
  if (found) deps.nudge();
  return found;
}
