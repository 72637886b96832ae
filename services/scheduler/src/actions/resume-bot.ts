import type { JoinerId, AssignmentRef } from '@earshot/kernel';
import type { Tx } from '@earshot/db';
import { resume } from '../domain/apply-event.ts';
import type { Bot } from '../domain/bot.ts';
import { LEASE_MS } from './claim-bots.ts';
import type { SchedulerDeps } from './deps.ts';

/**
 * A joiner that was thought lost reports on a bot that no other joiner has claimed: it still has it. Answers the locked bot
 * as it is then. A bot whose visit ended has no joiner, though a heartbeat may carry its assignment once more.
 */
export async function resumeBot(
  { bots, outbox, clock, log }: Pick<SchedulerDeps, 'bots' | 'outbox' | 'clock' | 'log'>,
  tx: Tx,
  { bot, ref, joinerId }: { bot: Bot; ref: AssignmentRef; joinerId: JoinerId | undefined },
): Promise<Bot> {
  const isTheirs = joinerId !== undefined && bot.joinerId === joinerId && bot.epoch === ref.epoch;
  if (bot.state !== 'queued' || !isTheirs) return bot;
  const at = clock.now();
  const resumed = resume(bot, at);
  log.info('bot resumed', { ...ref, state: resumed.state });
  await bots.save(tx, resumed);
  await bots.renew([ref], { joinerId, until: at + LEASE_MS, query: tx });
  await outbox.append(tx, [{ kind: 'entered', bot: resumed, at, firstTime: false }]);
  return resumed;
}
