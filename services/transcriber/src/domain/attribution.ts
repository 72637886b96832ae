import type { TrackOwner } from '@earshot/kernel';
import type { SpokenUtterance, Utterance } from './transcript.ts';

/** Attributes each utterance to a speaker, by what is known of its track at the time of reading; in order of their start. */
export function attribute(utterances: readonly SpokenUtterance[], speakers: readonly TrackOwner[]): Utterance[] {
  const byTrack = new Map(speakers.map((speaker) => [speaker.trackId, speaker]));
  return utterances
    .map((utterance) => attributeOne(utterance, byTrack.get(utterance.trackId)))
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

export function attributeOne(utterance: SpokenUtterance, speaker: TrackOwner | undefined): Utterance {
  return {
    ...utterance,
    participantId: speaker?.participantId ?? '',
    speakerName: speaker?.name || utterance.label,
  };
}
