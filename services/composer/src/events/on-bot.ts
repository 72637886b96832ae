import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { ComposerDeps } from '../actions/deps.ts';
import { noteRecording } from '../actions/live-videos.ts';

/** bots.*.*: a bot records, and its video may be wanted live; or its visit is over. */
export async function onBot(deps: ComposerDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(BotEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const botId = event.botId as BotId;
  if (event.state === BotState.RECORDING) await noteRecording(deps, tx, botId);
  if (event.state === BotState.PROCESSING || event.state === BotState.FAILED)
    await deps.liveVideos.endWanted(tx, botId);
}
