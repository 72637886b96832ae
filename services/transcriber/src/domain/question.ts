import { AppError } from '@earshot/kernel';
import type { Transcript } from './transcript.ts';

/** What is asked for when a recording is to be transcribed again. */
export type Question = Pick<Transcript, 'engine' | 'optionsJson' | 'notifyUrl' | 'idempotencyKey'>;

/**
 * Whether a question asks for this transcript. By its key for as long as the transcript exists; without one, only while an
 * equal question is under way: a failed one may be asked again. Throws `already-exists` for a key that asked otherwise.
 */
export function isSameQuestion(
  question: Question,
  transcript: Question & Pick<Transcript, 'purpose' | 'state'>,
): boolean {
  if (transcript.purpose !== 'again' || transcript.idempotencyKey !== question.idempotencyKey) return false;
  const isEqual =
    transcript.engine === question.engine &&
    transcript.optionsJson === question.optionsJson &&
    transcript.notifyUrl === question.notifyUrl;
  if (question.idempotencyKey === '') return isEqual && transcript.state === 'processing';
  if (!isEqual) throw new AppError('already-exists', 'the idempotency key was used for another transcription');
  return true;
}
