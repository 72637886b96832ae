import { AppError, type TranscriptId } from '@earshot/kernel';
import { attribute } from '../domain/attribution.ts';
import type { MissedSpeech } from '../domain/missed-speech.ts';
import type { Transcript, Utterance } from '../domain/transcript.ts';
import type { UsageSum } from '../domain/usage.ts';
import type { TranscriberDeps } from './deps.ts';

/** A transcript as far as it has come. `not-found` for an unknown or erased one. */
export async function getTranscript(
  deps: Pick<TranscriberDeps, 'transcripts' | 'utterances' | 'missedSpeech' | 'usages' | 'speakers'>,
  transcriptId: TranscriptId,
): Promise<{ transcript: Transcript; utterances: Utterance[]; missed: MissedSpeech[]; usage: UsageSum[] }> {
  const { transcripts, utterances, missedSpeech, usages, speakers } = deps;
  const transcript = await transcripts.find(transcriptId);
  if (!transcript) throw new AppError('not-found', 'no such transcript', { fields: { transcriptId } });
  const { botId } = transcript;
  const [found, known, missed, usage] = await Promise.all([
    utterances.of(transcriptId),
    speakers.of(botId),
    missedSpeech.of([transcriptId]),
    usages.of([transcriptId]),
  ]);
  return {
    transcript,
    utterances: attribute(found, known),
    missed: missed.get(transcriptId) ?? [],
    usage: usage.get(transcriptId) ?? [],
  };
}
