import { DAY } from '@earshot/kernel';
import type { TranscriberDeps } from './deps.ts';

/** A bot is ordered within seconds of its key; so long may the facts about bots be held up. */
const UNORDERED_MS = 7 * DAY;

/** Deletes keys that were stored for bots that were never ordered. */
export async function pruneBotKeys({ botKeys, clock }: Pick<TranscriberDeps, 'botKeys' | 'clock'>): Promise<void> {
  await botKeys.prune({ putBefore: clock.now() - UNORDERED_MS });
}
