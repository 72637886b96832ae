import { forgetSetAside } from '@earshot/db';
import { SECOND, type BotId } from '@earshot/kernel';
import { saysWords, subjectsOf } from '../domain/subjects.ts';
import type { TranscriberDeps } from './deps.ts';

/** How long one call takes facts out of the stream; the next goes on. Below what callers wait for an answer. */
const STEP_MS = 3 * SECOND;

/** What one call erased, and all calls together, in transcripts. */
export interface ErasedTranscripts {
  readonly deleted: number;
  readonly total: number;
  readonly isUnfinished: boolean;
}

/**
 * Erases everything of a bot, the words in the outbox and in the stream of facts included, and all other facts about its
 * transcripts once that `isFinal`. Of a visit whose outcome is not published yet, the id and the times stay until it is
 * published that there is nothing.
 */
export async function eraseTranscripts(
  deps: Pick<
    TranscriberDeps,
    | 'database'
    | 'transcripts'
    | 'utterances'
    | 'missedSpeech'
    | 'usages'
    | 'speakers'
    | 'positions'
    | 'botKeys'
    | 'visits'
    | 'erased'
    | 'withdraw'
    | 'forget'
    | 'clock'
    | 'wake'
  >,
  botId: BotId,
  { isFinal }: { isFinal: boolean },
): Promise<ErasedTranscripts> {
  const until = deps.clock.now() + STEP_MS;
  const subjects = subjectsOf(botId, isFinal ? undefined : saysWords);
  const counts = await deps.database.transaction(async (tx) => {
    await deps.visits.deleteSettled(tx, botId);
    const deleted = await deps.transcripts.deleteOf(tx, botId);
    for (const table of [deps.utterances, deps.missedSpeech, deps.usages, deps.speakers, deps.positions, deps.botKeys])
      await table.deleteOf(tx, botId);
    await forgetSetAside(tx, botId);
    await deps.withdraw(tx, subjects);
    const total = await deps.erased.add(tx, botId, deleted);
    if (isFinal) await deps.erased.drop(tx, botId);
    return { deleted, total };
  });
  const isClean = await deps.forget(subjects, { isTimeUp: () => deps.clock.now() >= until });
  deps.wake();
  return { ...counts, isUnfinished: !isClean };
}
