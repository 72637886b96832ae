import type { MediaFact } from './media-fact.ts';
import { durationMsOf, type Recording } from './recording.ts';

/** What there is to say of a recording that is settled. */
export function outcomeOf(recording: Recording, at: number): MediaFact {
  const { botId, bytes } = recording;
  if (recording.state === 'ready')
    return { kind: 'recording-ready', botId, at, durationMs: durationMsOf(recording), bytes };
  return { kind: 'recording-missing', botId, at, detail: 'the visit ended before anything was heard' };
}
