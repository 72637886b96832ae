import type { TrackOwner } from '@earshot/kernel';
import { ownersOf, type SpeakingInterval } from '../domain/mixed-speakers.ts';
import { ownWords } from '../domain/own-words.ts';
import type { SpokenUtterance } from '../domain/transcript.ts';
import type { BatchTranscript } from '../engines/speech-engine.ts';
import { utteranceId } from '../live/utterance-id.ts';

/** The whole meeting as one track: its id names no speaker. A participant's words in it are taken for a track of their own. */
const MIXED = 'mixed';

interface Speaker {
  readonly participantId: string;
  readonly name: string;
}

export interface SpeakingEvidence {
  readonly timeline: readonly SpeakingInterval[];
  readonly participants: readonly Speaker[];
  /** When the bot itself spoke, and who it is in the transcript; undefined: its words are left out. */
  readonly bot?: {
    readonly intervals: readonly Pick<SpeakingInterval, 'fromMs' | 'toMs'>[];
    readonly speaker: Speaker | undefined;
  };
}

/** Whose the bot's own words are where they are left out: no participant's id is empty. */
const BOT = '';

/** A mix's utterances, cut where another participant speaks, and whose they are as far as that is known. */
export function mixedUtterances(
  transcriptId: string,
  answered: BatchTranscript['utterances'],
  { timeline, participants, bot }: SpeakingEvidence,
): { readonly utterances: SpokenUtterance[]; readonly speakers: TrackOwner[] } {
  const voiced = answered.flatMap(({ words, speaker }) =>
    words.map((word) => ({ ...word, voice: word.speaker ?? speaker })),
  );
  const own = ownWords(voiced, bot?.intervals ?? []);
  const others = ownersOf(voiced, timeline);
  const owners = others.map((owner, index) => (own[index] ? (bot?.speaker?.participantId ?? BOT) : owner));
  const numbers = new Map<string, number>();
  let at = 0;
  const utterances = answered.flatMap(({ text, words, speaker, ...times }) => {
    const label = speaker === undefined ? '' : `Speaker ${speaker + 1}`;
    const parts = runsOf(words.map((word) => ({ owner: owners[at++], word })));
    const kept = parts.filter(({ owner }) => owner !== BOT);
    return kept.map(({ owner, words: part }): SpokenUtterance => {
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
  const named = [...participants, ...(bot?.speaker ? [bot.speaker] : [])].filter(({ participantId }) =>
    owners.includes(participantId),
  );
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
