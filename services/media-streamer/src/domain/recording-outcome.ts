import type { MediaFact } from './media-fact.ts';
import { durationMsOf, missingMsOf, NO_AUDIO, type Recording } from './recording.ts';

/** The fact about a recording that is settled. `hadCompany`: somebody beside the bot was in the meeting. */
export function outcomeOf(recording: Recording, { at, hadCompany }: { at: number; hadCompany: boolean }): MediaFact {
  const { botId, bytes, durableSamples } = recording;
  if (recording.state === 'ready') {
    const missingMs = missingMsOf(recording);
    const detail = detailOf(recording, hadCompany);
    return { kind: 'recording-ready', botId, at, durationMs: durationMsOf(recording), bytes, missingMs, detail };
  }
  const wasHeard = durableSamples > 0;
  const detail = wasHeard ? 'what was recorded could not be kept' : 'the visit ended before anything was heard';
  return { kind: 'recording-missing', botId, at, detail };
}

/** Silence is no failure of ours; that it is nothing but silence has to be reported. */
export function detailOf({ heardSamples }: Pick<Recording, 'heardSamples'>, hadCompany: boolean): string {
  return heardSamples === 0 && hadCompany ? NO_AUDIO : '';
}
