import { mapConcurrent } from '@earshot/kernel';
import type { SpokenUtterance, Word } from '../domain/transcript.ts';
import { turnsOf } from '../domain/turns.ts';
import type { BatchTranscript } from '../engines/speech-engine.ts';
import { utteranceId } from '../live/utterance-id.ts';
import type { TranscribeFile } from './transcribe-file.ts';
import type { FetchedTrack } from './fetch-speech.ts';

/** Tracks that are transcribed concurrently. */
const CONCURRENCY = 4;

/** Has tracks transcribed concurrently; `firstOf` is the number of a track's first utterance. */
export async function transcribeTracks(
  transcriptId: string,
  tracks: readonly FetchedTrack[],
  { transcribe, firstOf = () => 0 }: { transcribe: TranscribeFile; firstOf?: (trackId: string) => number },
): Promise<SpokenUtterance[]> {
  const heard = await mapConcurrent(tracks, { concurrency: CONCURRENCY }, async (track) =>
    trackUtterances(transcriptId, track, {
      ...(await transcribe({ path: track.path, audioMs: track.clock.sentMs })),
      first: firstOf(track.trackId),
    }),
  );
  return heard.flat();
}

/** One track's words at their time in the meeting, cut where its owner was silent for long. */
function trackUtterances(
  transcriptId: string,
  { trackId, clock }: Pick<FetchedTrack, 'trackId' | 'clock'>,
  { utterances, first = 0 }: Pick<BatchTranscript, 'utterances'> & { readonly first?: number },
): SpokenUtterance[] {
  const turns = utterances.flatMap(({ text, words }) => {
    const timed = words.map(({ speaker: _, ...word }): Word => ({ ...word, ...clock.toMeeting(word) }));
    const parts = turnsOf(timed);
    return parts.map((part) => ({ words: part, text: parts.length === 1 ? text : textOf(part) }));
  });
  return turns.map(({ words, text }, index) => {
    const number = first + index;
    return {
      ...{ utteranceId: utteranceId(transcriptId, trackId, number), trackId, number, label: '', text, words },
      startMs: words[0]?.startMs ?? 0,
      endMs: words.at(-1)?.endMs ?? 0,
    };
  });
}

function textOf(words: readonly Word[]): string {
  return words.map(({ punctuated }) => punctuated).join(' ');
}
