import { AppError, type BotId } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { TranscriptOutcome } from '../domain/bot.ts';
import type { SchedulerDeps } from './deps.ts';
import { transitionBot } from './transition-bot.ts';

/** Everything that was asked for exists. Idempotent. */
export async function finishBot(
  deps: Pick<SchedulerDeps, 'bots' | 'messages' | 'outbox'>,
  tx: Tx,
  { botId, at, transcript }: { botId: BotId; at: number; transcript?: TranscriptOutcome | undefined },
): Promise<void> {
  const bot = await deps.bots.lock(tx, botId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (bot?.state === 'processing') await transitionBot(deps, tx, { bot, event: 'finish', at, transcript });
}
