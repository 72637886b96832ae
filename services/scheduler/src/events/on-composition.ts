import { CompositionEvent } from '@earshot/contract/composer/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { SchedulerDeps } from '../actions/deps.ts';
import { finishBot } from '../actions/finish-bot.ts';

/** compositions.*.*: the video that was ordered with a bot is settled; one that was asked for later is waited for by nobody. */
export async function onComposition(deps: SchedulerDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(CompositionEvent, fact, deps.log);
  if (!event || !isUuid(event.botId) || !event.fact?.value.ordered) return;
  const { botId, occurredAt, fact: said } = event;
  const failure = said?.$case === 'videoFailed' ? said.value.detail || 'unknown' : '';
  const at = (occurredAt ?? new Date()).getTime();
  await finishBot(deps, tx, { botId: botId as BotId, at, settled: { video: { failure } } });
}
