import { randomUUID } from 'node:crypto';
import { AppError, checkWithin, type AccountId, type BotId, type TranscriptId } from '@earshot/kernel';
import { isSameQuestion, type Question } from '../domain/question.ts';
import type { TranscriberDeps } from './deps.ts';

/** A bot's transcripts are listed whole, and each costs its account money. */
const MOST_TRANSCRIPTS = 20;

export interface TranscribeAgainInput extends Question {
  readonly botId: BotId;
  readonly accountId: AccountId;
}

/** Orders one more transcript of a recording. Asked twice, it is ordered once; what counts as twice: `isSameQuestion`. */
export async function transcribeAgain(
  deps: Pick<TranscriberDeps, 'database' | 'transcripts' | 'visits' | 'clock' | 'modeOf' | 'wake'>,
  { botId, accountId, ...question }: TranscribeAgainInput,
): Promise<{ transcriptId: TranscriptId; isCreated: boolean }> {
  const { engine, optionsJson, notifyUrl, idempotencyKey } = question;
  if (deps.modeOf(engine) !== 'batch') throw new AppError('invalid-argument', 'the engine reads no recordings');
  const answer = await deps.database.transaction(async (tx) => {
    // The lock puts two that ask at once one behind the other.
    const visit = await deps.visits.lock(tx, botId);
    if (!visit?.isSettled) throw new AppError('failed-precondition', 'the bot has not finished', { fields: { botId } });
    if (visit.recording !== 'ready') throw new AppError('not-found', 'this bot has recorded nothing');
    const transcripts = await deps.transcripts.of(botId, tx);
    // All of a bot's transcripts are of one account; a visit without any is known to its owner alone, the scheduler.
    for (const transcript of transcripts) checkWithin({ accountId }, transcript.accountId, 'the bot');
    const same = transcripts.find((transcript) => isSameQuestion(question, transcript));
    if (same) return { transcriptId: same.transcriptId, isCreated: false };
    if (transcripts.length >= MOST_TRANSCRIPTS) {
      throw new AppError('resource-exhausted', `a bot has at most ${MOST_TRANSCRIPTS} transcripts`);
    }
    const now = deps.clock.now();
    const transcriptId = randomUUID() as TranscriptId;
    await deps.transcripts.insert(tx, {
      ...{ transcriptId, botId, accountId, engine, optionsJson },
      ...{ state: 'processing', createdAt: now, dueAt: now, again: { notifyUrl, idempotencyKey } },
    });
    return { transcriptId, isCreated: true };
  });
  deps.wake();
  return answer;
}
