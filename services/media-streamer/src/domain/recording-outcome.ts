import type { MediaFact } from './media-fact.ts';
import { durationMsOf, missingMsOf, NO_AUDIO, type Recording } from './recording.ts';

/** The fact about a recording that is settled. `hadOthers`: somebody beside the bot was in the meeting. */
export function outcomeOf(recording: Recording, { at, hadOthers }: { at: number; hadOthers: boolean }): MediaFact {
  const { botId, bytes, durableSamples } = recording;
  if (recording.state === 'ready') {
    const missingMs = missingMsOf(recording);
    const detail = detailOf(recording, hadOthers);
    return { kind: 'recording-ready', botId, at, durationMs: durationMsOf(recording), bytes, missingMs, detail };
  }
  const hadAudio = durableSamples > 0;
  const why = hadAudio ? 'what was recorded could not be kept' : 'the visit ended before anything was heard';
  const detail = recording.storeTrouble ?? why;
  return { kind: 'recording-missing', botId, at, detail };
}

/**
 * What else a customer has to know of a recording. Silence is no failure of ours; that it is nothing but silence has to be
 * reported.
 */
export function detailOf(
  { receivedSamples, storeTrouble }: Pick<Recording, 'receivedSamples' | 'storeTrouble'>,
  hadOthers: boolean,
): string {
  if (storeTrouble) return storeTrouble;
  return receivedSamples === 0 && hadOthers ? NO_AUDIO : '';
}
