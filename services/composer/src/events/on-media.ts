import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import type { Tx } from '@earshot/db';
import { readFact, type ConsumedEvent } from '@earshot/events';
import { isUuid, type BotId } from '@earshot/kernel';
import type { ComposerDeps } from '../actions/deps.ts';
import { noteMissing, noteTracks } from '../actions/note-tracks.ts';

/** media.*.*: what is stored of a visit can be read, or nothing of its audio ever can. */
export async function onMedia(deps: ComposerDeps, tx: Tx, fact: ConsumedEvent): Promise<void> {
  const event = readFact(MediaEvent, fact, deps.log);
  if (!event || !isUuid(event.botId)) return;
  const botId = event.botId as BotId;
  if (event.fact?.$case === 'tracksReady') await noteTracks(deps, tx, botId);
  if (event.fact?.$case === 'recordingMissing') await noteMissing(deps, tx, { botId, detail: event.fact.value.detail });
}
