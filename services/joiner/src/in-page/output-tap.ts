import type { FrameBatcher } from './frame-batcher.ts';
import { SILENCE } from './level.ts';
import { now } from './now.ts';
import { readPcm } from './track-tap.ts';
import { wrapMethod } from './wrap-method.ts';

/**
 * Taps what the page itself plays through WebAudio, for pages whose sound comes by no receiver: straight to the speakers,
 * or by way of a stream that a media element plays. What is played from files is no voice and is not tapped here.
 */
export function tapOutputs(batcher: FrameBatcher): void {
  if (!window.AudioContext) return;
  const Sink = MediaStreamAudioDestinationNode;
  /** What stands beside each context's speakers. */
  const sinks = new WeakMap<BaseAudioContext, MediaStreamAudioDestinationNode>();
  /** Tracks that the page mixes, and the elements that play a track: sound is what is both. */
  const mixed = new WeakSet<MediaStreamTrack>();
  const players = new WeakMap<MediaStreamTrack, HTMLMediaElement>();
  const tapped = new WeakSet<MediaStreamTrack>();

  function tap(track: MediaStreamTrack, isPlayed: () => boolean): void {
    if (tapped.has(track)) return;
    tapped.add(track);
    attachOutputTap(track, batcher, isPlayed);
  }

  function tapElement(track: MediaStreamTrack): void {
    if (!mixed.has(track) || !players.has(track)) return;
    tap(track, () => {
      const player = players.get(track);
      const stream = player?.srcObject;
      return stream instanceof MediaStream && stream.getTracks().includes(track) && !player?.paused && !player?.muted;
    });
  }

  wrapMethod(AudioNode.prototype, 'connect', (call, node: AudioNode, args) => {
    const result = call();
    const [destination, output] = args;
    if (destination instanceof AudioDestinationNode && node.context instanceof AudioContext) {
      const sink = sinks.get(node.context) ?? new Sink(node.context);
      sinks.set(node.context, sink);
      node.connect(sink, ...(typeof output === 'number' ? [output] : []));
      for (const track of sink.stream.getAudioTracks()) tap(track, () => true);
    } else if (destination instanceof Sink && destination !== sinks.get(node.context)) {
      for (const track of destination.stream.getAudioTracks()) {
        mixed.add(track);
        tapElement(track);
      }
    }
    return result;
  });
  wrapMethod(AudioNode.prototype, 'disconnect', (call, node: AudioNode, args) => {
    const result = call();
    const sink = sinks.get(node.context);
    // Without a destination everything is cut, the sink too.
    if (sink && args[0] instanceof AudioDestinationNode) node.disconnect(sink);
    return result;
  });
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  if (!source?.set) return;
  const { set } = source;
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(this: HTMLMediaElement, stream: MediaProvider | null) {
      set.call(this, stream);
      if (!(stream instanceof MediaStream)) return;
      for (const track of stream.getAudioTracks()) {
        players.set(track, this);
        tapElement(track);
      }
    },
  });
}

/** Sends one mix for as long as no receiver gives sound; reported as a track with its first sound. */
function attachOutputTap(mediaTrack: MediaStreamTrack, batcher: FrameBatcher, isPlayed: () => boolean): void {
  let track: number | undefined;
  readPcm(mediaTrack, ({ payload, level, rtpTimestamp }) => {
    if (!batcher.lacksReceivers() || !isPlayed()) return;
    if (track === undefined) {
      if (level >= SILENCE) return;
      track = batcher.nextTrack();
      const id = `output:${mediaTrack.id}`;
      batcher.event({
        kind: 'track',
        track,
        id,
        media: 'audio',
        tap: 'output',
        why: 'no receiver gives sound',
        connection: undefined,
      });
    }
    batcher.output({ track, codec: 'pcm-s16', level, rtpTimestamp, source: 0, arrivedAt: now(), payload });
  });
}
