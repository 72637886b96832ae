import type { Placed } from '../ingest/mix-desk.ts';
import type { SpeechFeed } from './speech-feed.ts';
import type { SpeechLine } from './speech-line.ts';

/** Tells the transcriber what a batch has of speech; answers up to where each track's words will be waited for, in milliseconds. */
export function saySpeech(
  { feed, line }: { feed: SpeechFeed; line: Pick<SpeechLine, 'say'> | undefined },
  placed: readonly Placed[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const until = new Map<string, number>();
  if (!line) return until;
  for (const piece of placed) {
    const before = feed.passedMs(piece.trackId);
    line.say(feed.hear(piece));
    const after = feed.passedMs(piece.trackId);
    if (after > before) until.set(piece.trackId, after);
  }
  line.say(feed.tick(nowMs));
  return until;
}
