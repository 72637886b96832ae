import type { TimedFrame } from '../audio/track-mixer.ts';
import type { SpeechSegmenter } from './speech-segmenter.ts';
import type { TranscriberStream } from './transcriber-stream.ts';

/** Sends a batch's speech to the transcriber; returns up to where each track's words will be waited for, in milliseconds. */
export function sendSpeech(
  { feed, stream }: { feed: SpeechSegmenter; stream: Pick<TranscriberStream, 'push'> | undefined },
  placed: readonly TimedFrame[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const until = new Map<string, number>();
  if (!stream) return until;
  for (const piece of placed) {
    const before = feed.passedMs(piece.trackId);
    stream.push(feed.push(piece));
    const after = feed.passedMs(piece.trackId);
    if (after > before) until.set(piece.trackId, after);
  }
  stream.push(feed.tick(nowMs));
  return until;
}
