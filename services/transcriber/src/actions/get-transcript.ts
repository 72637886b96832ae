import { AppError, type TranscriptId } from '@earshot/kernel';
import { attribute } from '../domain/attribution.ts';
import type { Transcript, Utterance } from '../domain/transcript.ts';
import type { TranscriberDeps } from './deps.ts';

/** A transcript as far as it has come. `not-found` for an unknown or erased one. */
export async function getTranscript(
  { transcripts, utterances, speakers }: Pick<TranscriberDeps, 'transcripts' | 'utterances' | 'speakers'>,
  transcriptId: TranscriptId,
): Promise<{ transcript: Transcript; utterances: Utterance[] }> {
  const transcript = await transcripts.find(transcriptId);
  if (!transcript) throw new AppError('not-found', 'no such transcript', { fields: { transcriptId } });
  const { botId } = transcript;
  const [said, known] = await Promise.all([utterances.of(transcriptId), speakers.of(botId)]);
  return { transcript, utterances: attribute(said, known) };
}
