import type { TrackOwner } from '@earshot/kernel';
import { ownersOf, type SpeakingInterval } from '../domain/mixed-speakers.ts';
import type { SpokenUtterance } from '../domain/transcript.ts';
import type { BatchTranscript } from '../engines/speech-engine.ts';
import { utteranceId } from '../live/utterance-id.ts';

/** The whole meeting as one track: its id names no speaker. A participant's words in it are taken for a track of their own. */
const MIXED = 'mixed';

export interface SpeakingEvidence {
  readonly timeline: readonly SpeakingInterval[];
  readonly participants: readonly { readonly participantId: string; readonly name: string }[];
}

/** A mix's utterances, cut where another participant speaks, and whose they are as far as that is known. */
export function mixedUtterances(
  transcriptId: string,
  answered: BatchTranscript['utterances'],
  { timeline, participants }: SpeakingEvidence,
): { readonly utterances: SpokenUtterance[]; readonly speakers: TrackOwner[] } {
  const voiced = answered.flatMap(({ words, speaker }) =>
    words.map((word) => ({ ...word, voice: word.speaker ?? speaker })),
  );
  const owners = ownersOf(voiced, timeline);
  const numbers = new Map<string, number>();
  let at = 0;
  const utterances = answered.flatMap(({ text, words, speaker, ...times }) => {
    const label = speaker === undefined ? '' : `Speaker ${speaker + 1}`;
    const parts = runsOf(words.map((word) => ({ owner: owners[at++], word })));
    return parts.map(({ owner, words: part }): SpokenUtterance => {
      const trackId = owner === undefined ? MIXED : trackOf(owner);
      const number = numbers.get(trackId) ?? 0;
      numbers.set(trackId, number + 1);
      const isWhole = parts.length === 1;
      return {
        ...{ utteranceId: utteranceId(transcriptId, trackId, number), trackId, number, label },
        text: isWhole ? text : part.map(({ punctuated }) => punctuated).join(' '),
        startMs: isWhole ? times.startMs : (part[0]?.startMs ?? times.startMs),
        endMs: isWhole ? times.endMs : (part.at(-1)?.endMs ?? times.endMs),
        words: part.map(({ speaker: _, ...word }) => word),
      };
    });
  });
  const named = participants.filter(({ participantId }) => owners.includes(participantId));
  const speakers = named.map(({ participantId, name }) => ({ trackId: trackOf(participantId), participantId, name }));
  return { utterances, speakers };
}

type MixedWord = BatchTranscript['words'][number];

function runsOf(words: readonly { owner: string | undefined; word: MixedWord }[]) {
  const runs: { readonly owner: string | undefined; readonly words: MixedWord[] }[] = [];
  for (const { owner, word } of words) {
    const last = runs.at(-1);
    if (last && last.owner === owner) last.words.push(word);
    else runs.push({ owner, words: [word] });
  }
  return runs;
}

function trackOf(participantId: string): string {
  return `${MIXED}:${participantId}`;
}
