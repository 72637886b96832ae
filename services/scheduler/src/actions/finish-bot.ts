import { AppError, type BotId } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import type { Outcomes } from '../domain/bot.ts';
import { isSettled, settle } from '../domain/outcomes.ts';
import type { SchedulerDeps } from './deps.ts';
import { transitionBot } from './transition-bot.ts';

/** Notes what was settled of a visit that is over: the bot is done once everything is, in any order. Idempotent. */
export async function finishBot(
  deps: Pick<SchedulerDeps, 'bots' | 'messages' | 'outbox'>,
  tx: Tx,
  { botId, at, settled }: { botId: BotId; at: number; settled: Outcomes },
): Promise<void> {
  const found = await deps.bots.lock(tx, botId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not-found') return undefined;
    throw error;
  });
  if (found?.state !== 'processing') return;
  const bot = { ...found, outcomes: settle(found, settled) };
  if (!isSettled(bot)) return deps.bots.save(tx, bot);
  const { transcript, video } = bot.outcomes;
  await transitionBot(deps, tx, {
    ...{ event: 'finish', at, videoFailure: video?.failure ?? '' },
    ...(typeof transcript === 'object' && { transcript }),
    // From here on they are in the fact.
    bot: { ...bot, outcomes: {} },
  });
}
