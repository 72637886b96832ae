/**
 * How often sound leaves the page, milliseconds, by who waits for it. Each message wakes the page, the browser and Node, which
 * is some 0.75 ms of a core together (8 bots to a browser), so it comes as often as is of use: within the budget of a socket
 * (half of them 60 ms after the voice), well within the time that a speech engine takes for a word, and of a recording only
 * what a kill -9 may cost (2 s) and what a page keeps of frames that wait (1.2 s) bound it.
 */
const intervalsMs = { streamed: 25, transcribed: 100, recorded: 400 };

/** The interval for a bot that has an audio socket or none, and live words or none. */
export function flushIntervalOf({
  isStreamedLive,
  isTranscribedLive,
}: {
  isStreamedLive: boolean;
  isTranscribedLive: boolean;
}): number {
  if (isStreamedLive) return intervalsMs.streamed;
  return isTranscribedLive ? intervalsMs.transcribed : intervalsMs.recorded;
}
