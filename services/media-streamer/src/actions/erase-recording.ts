import { forgetSetAside } from '@earshot/db';
import { AppError, nextState, type AccountId, type BotId } from '@earshot/kernel';
import { botPrefix } from '../domain/blob-keys.ts';
import type { Recording } from '../domain/recording.ts';
import { recordingTransitions } from '../domain/recording-state.ts';
import type { MediaDeps } from './deps.ts';

/**
 * Erases every object and row of a bot, and the names in the stream of facts; answers how many objects are gone that were there, known to a
 * row or not; 0 the second time. Throws `failed-precondition` while the visit goes on, and `unavailable` when something is still there
 * afterwards, or the store cannot be reached: then nothing is known to be gone.
 */
export async function eraseRecording(
  {
    database,
    recordings,
    blobs,
    checkStore,
    forgetNames,
    clock,
    log,
  }: Pick<MediaDeps, 'database' | 'recordings' | 'blobs' | 'checkStore' | 'forgetNames' | 'clock' | 'log'>,
  botId: BotId,
): Promise<number> {
  const now = clock.now();
  await database.transaction(async (tx) => {
    // First the tombstone: from here on nothing can be added.
    const erased = erase(await recordings.lock(tx, botId), { botId, now });
    await recordings.clear(tx, botId);
    await recordings.save(tx, erased, { now });
    await forgetSetAside(tx, botId);
  });
  await checkStore();
  const deleted = await blobs.delete(await keysOf(blobs, botId));
  if ((await keysOf(blobs, botId)).length > 0) {
    throw new AppError('unavailable', 'objects are left after an erasure', { fields: { botId } });
  }
  // Looked at again: a folder that went away meanwhile lists nothing either.
  await checkStore();
  await forgetNames(botId);
  log.info('erased', { botId, deleted });
  return deleted;
}

/** Deletes what a process that had lost the visit still stored after the erasure. Nothing for a bot that is not erased. */
export async function sweepErased(
  { recordings, blobs, log }: Pick<MediaDeps, 'recordings' | 'blobs' | 'log'>,
  botId: BotId,
): Promise<void> {
  if ((await recordings.find(botId))?.state !== 'erased') return;
  const deleted = await blobs.delete(await keysOf(blobs, botId));
  if (deleted > 0) log.warn('stored after the erasure, and deleted', { botId, deleted });
}

function erase(recording: Recording | undefined, { botId, now }: { botId: BotId; now: number }): Recording {
  const blank = {
    heardSamples: undefined,
    missingSamples: 0,
    durableSamples: 0,
    durableSequence: 0,
    shiftMs: 0,
    owner: '',
    droppedItems: 0,
    bytes: 0,
    sha256: '',
  };
  if (!recording) {
    const unknown = { botId, accountId: '' as AccountId, epoch: 0, startedAt: now, endedAt: undefined };
    return { ...unknown, ...blank, state: 'erased' };
  }
  const { state } = recording;
  if (!(recordingTransitions.erase.from as readonly string[]).includes(state)) {
    throw new AppError('failed-precondition', 'the visit is not over', { fields: { botId, state } });
  }
  return { ...recording, ...blank, state: nextState(recordingTransitions, state, 'erase') };
}

async function keysOf(blobs: MediaDeps['blobs'], botId: BotId): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of blobs.list(botPrefix(botId))) keys.push(key);
  return keys;
}
