import type { Interval, SessionClock } from '../domain/session-clock.ts';
import type { Word } from '../domain/transcript.ts';
import type { EngineUtterance } from '../engines/speech-engine.ts';

/** Words of one track; times are meeting clock, milliseconds. */
export interface TimedWords extends Interval {
  readonly text: string;
  readonly words: readonly Word[];
}

/** A session's words on the meeting clock: those that end after `floorMs`, since the ones before are known; undefined for none. */
export function timedWords(
  utterance: EngineUtterance,
  { clock, floorMs }: { clock: SessionClock; floorMs: number },
): TimedWords | undefined {
  const words = utterance.words
    .map(({ text, punctuated, confidence, ...times }) => ({
      ...{ text, punctuated, confidence },
      ...clock.toMeeting(times),
    }))
    .filter((word) => word.endMs > floorMs);
  const [first] = words;
  const last = words.at(-1);
  if (!first || !last) return undefined;
  const isWhole = words.length === utterance.words.length;
  const text = isWhole ? utterance.text : words.map((word) => word.punctuated).join(' ');
  return { text, words, startMs: first.startMs, endMs: last.endMs };
}
