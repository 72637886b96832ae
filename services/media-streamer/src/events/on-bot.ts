import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type AccountId, type BotId } from '@earshot/kernel';
import type { MediaDeps } from '../actions/deps.ts';
import { endVisit } from '../actions/end-visit.ts';

/** bots.*.*: a visit that is over, one way or the other. */
export async function onBot(deps: MediaDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(BotEvent, fact, deps.log);
  if (!event) return;
  const { botId, accountId, occurredAt, state, wasInMeeting, recordingPending } = event;
  if ((state !== BotState.PROCESSING && state !== BotState.FAILED) || !isUuid(botId)) return;
  await endVisit(deps, tx, {
    botId: botId as BotId,
    accountId: accountId as AccountId,
    at: (occurredAt ?? new Date(deps.clock.now())).getTime(),
    isAwaited: state === BotState.PROCESSING,
    wasInMeeting,
    isRecordingPending: recordingPending,
  });
}
