import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type AccountId, type BotId, type TranscriptId } from '@earshot/kernel';
import { fromPlanMessage } from '@earshot/rpc';
import type { TranscriberDeps } from '../actions/deps.ts';
import { noteVisitOver } from '../actions/note-visit.ts';

/**
 * bots.*.*: a bot that was ordered, and one that is out of its meeting. One that never got in has nothing to transcribe, and
 * nobody asks.
 */
export async function onBot(deps: TranscriberDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(BotEvent, fact, deps.log);
  if (!event) return;
  const { botId, accountId, state, transcriptId } = event;
  if (!isUuid(botId)) return;
  await deps.botKeys.noteOrdered(tx, botId as BotId);
  if (state !== BotState.PROCESSING) return;
  const plan = fromPlanMessage(event.speech);
  await noteVisitOver(deps, tx, {
    botId: botId as BotId,
    accountId: accountId as AccountId,
    wanted: plan && isUuid(transcriptId) ? { ...plan, transcriptId: transcriptId as TranscriptId } : undefined,
  });
}
