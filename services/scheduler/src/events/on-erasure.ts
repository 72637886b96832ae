import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import type { SchedulerDeps } from '../actions/deps.ts';
import { markErased } from '../actions/mark-erased.ts';
import { isUuid, type BotId } from '@earshot/kernel';

/** erasures.*.*: a bot whose data is gone is marked erased. */
export async function onErasure(deps: SchedulerDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(ErasureEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const { botId, occurredAt, fact: said } = event;
  if (said?.$case !== 'erasureDone') return;
  const bot = await deps.bots.find(botId as BotId, tx);
  if (bot) await markErased(deps, tx, { botId: bot.botId, at: (occurredAt ?? new Date()).getTime(), isFinal: false });
}
