import { forgetSetAside } from '@earshot/db';
import { AppError, nextState, SECOND, type AccountId, type BotId } from '@earshot/kernel';
import { botPrefix } from '../domain/blob-keys.ts';
import type { Recording } from '../domain/recording.ts';
import { recordingTransitions } from '../domain/recording-state.ts';
import { saysNames, subjectsOf } from '../domain/subjects.ts';
import type { MediaDeps } from './deps.ts';

/** How long one call deletes; the next goes on. Below what callers wait for an answer. */
const STEP_MS = 3 * SECOND;
/** Objects deleted between two readings of the clock. */
const BATCH = 200;

/** What one call erased, and what all calls together had to erase, in objects. */
export interface ErasedRecording {
  readonly deleted: number;
  readonly total: number;
  readonly isUnfinished: boolean;
}

/**
 * Erases every object and row of a bot, known to a row or not, and the names in the outbox and in the stream of facts, and all other facts
 * about its recording once that `isFinal`. Throws `failed-precondition` while the visit goes on, and `unavailable` when something is still
 * there afterwards, or the store cannot be reached: then nothing is known to be gone.
 */
export async function eraseRecording(
  deps: Pick<
    MediaDeps,
    'database' | 'recordings' | 'erased' | 'blobs' | 'checkStore' | 'withdraw' | 'forget' | 'clock' | 'log'
  >,
  botId: BotId,
  { isFinal }: { isFinal: boolean },
): Promise<ErasedRecording> {
  const { database, recordings, erased, blobs, clock } = deps;
  const now = clock.now();
  const isTimeUp = () => clock.now() >= now + STEP_MS;
  const subjects = subjectsOf(botId, isFinal ? undefined : saysNames);
  const { keys, total } = await database.transaction(async (tx) => {
    // First the tombstone: from here on nothing can be added.
    const recording = erase(await recordings.lock(tx, botId), { botId, now });
    await recordings.clear(tx, botId);
    await recordings.save(tx, recording, { now });
    await forgetSetAside(tx, botId);
    await deps.withdraw(tx, subjects);
    await deps.checkStore();
    const found = await keysOf(blobs, botId);
    return { keys: found, total: await erased.note(tx, botId, found.length) };
  });
  let deleted = 0;
  for (let at = 0; at < keys.length; at += BATCH) {
    if (isTimeUp()) return { deleted, total, isUnfinished: true };
    deleted += await blobs.delete(keys.slice(at, at + BATCH));
  }
  if (keys.length > 0 && (await keysOf(blobs, botId)).length > 0) {
    throw new AppError('unavailable', 'objects are left after an erasure', { fields: { botId } });
  }
  // Checked again: a folder that went away meanwhile lists nothing either.
  await deps.checkStore();
  await (isFinal ? erased.drop(botId) : erased.end(botId));
  const isClean = await deps.forget(subjects, { isTimeUp });
  if (deleted > 0) deps.log.info('erased', { botId, deleted });
  return { deleted, total, isUnfinished: !isClean };
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
    receivedSamples: undefined,
    missingSamples: 0,
    durableSamples: 0,
    durableSequence: 0,
    shiftMs: 0,
    idPrefix: '',
    owner: '',
    endSamples: undefined,
    storeTrouble: undefined,
    droppedItems: 0,
    bytes: 0,
    sha256: '',
  };
  if (!recording) {
    const times = { startedAt: now, endedAt: undefined, pendingUntil: undefined };
    const unknown = { botId, accountId: '' as AccountId, epoch: 0, ...times };
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
