import type { TimedFrame } from '../audio/track-mixer.ts';
import type { SpeechSegmenter } from './speech-segmenter.ts';
import type { TranscriberStream } from './transcriber-stream.ts';

/** Sends a batch's speech to the transcriber; returns up to where each track's words will be waited for, in milliseconds. */
export function sendSpeech(
  { segmenter, stream }: { segmenter: SpeechSegmenter; stream: Pick<TranscriberStream, 'push'> | undefined },
  frames: readonly TimedFrame[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const until = new Map<string, number>();
  if (!stream) return until;
  for (const frame of frames) {
    const before = segmenter.passedMs(frame.trackId);
    stream.push(segmenter.push(frame));
    const after = segmenter.passedMs(frame.trackId);
    if (after > before) until.set(frame.trackId, after);
  }
  stream.push(segmenter.tick(nowMs));
  return until;
}
