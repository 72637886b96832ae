/** A track that sends and plays nothing. */
export function silentTrack(): MediaStreamTrack {
  const context = new AudioContext({ latencyHint: 'playback', sampleRate: 48_000 });
  // A context that stands still gives a track that sends nothing, which is silence at no cost.
  void context.suspend();
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new DOMException('no silence', 'NotFoundError');
  return track;
}
