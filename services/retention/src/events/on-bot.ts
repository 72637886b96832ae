import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { RetentionDeps } from '../actions/deps.ts';
import { recordBotEnded } from '../actions/record-bot-ended.ts';
import { erasureDueAt } from '../domain/policy.ts';

/** bots.*.*: the end of a visit plans the erasure; the end of all work on it lets the erasure happen. */
export async function onBot(
  deps: Pick<RetentionDeps, 'erasures' | 'outbox' | 'log' | 'wake'>,
  tx: Tx,
  fact: ConsumedEvent,
): Promise<void> {
  const event = readFact(BotEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const botId = event.botId as BotId;
  const isOver = event.state === 'BOT_STATE_DONE' || event.state === 'BOT_STATE_FAILED';
  if (isOver || event.state === 'BOT_STATE_PROCESSING') {
    const endedAt = (event.occurredAt ?? new Date()).getTime();
    await deps.erasures.plan(tx, { botId, dueAt: erasureDueAt({ endedAt, retentionHours: event.retentionHours }) });
  }
  if (isOver) await recordBotEnded(deps, tx, botId);
}
