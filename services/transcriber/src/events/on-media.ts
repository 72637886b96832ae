import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { TranscriberDeps } from '../actions/deps.ts';
import { noteRecording } from '../actions/note-visit.ts';

/** media.*.*: a recording that is complete, or that will never be. */
export async function onMedia(deps: TranscriberDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(MediaEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const { botId, fact: recordingFact } = event;
  if (recordingFact?.$case !== 'recordingReady' && recordingFact?.$case !== 'recordingMissing') return;
  const recording = recordingFact.$case === 'recordingReady' ? 'ready' : 'missing';
  await noteRecording(deps, tx, { botId: botId as BotId, recording, detail: recordingFact.value.detail });
}
