import type { FrameBatcher } from './frame-batcher.ts';
import { queueFrames, queueVideoFrames } from './frame-queue.ts';
import { toLevel } from './level.ts';
import { now } from './now.ts';
import type { SsrcActivity } from './ssrc-activity.ts';

/**
 * One macroblock of black: a whole VP8 keyframe, 16x16. Made by Chromium's own encoder (VideoEncoder, vp8, 16x16, black
 * canvas, keyframe). It stands in for every video frame: decoding it costs nothing, and the browser, which goes on seeing
 * frames that can be decoded, does not ask the senders for keyframes as it would if they were dropped.
 */
const TINY_VP8_KEYFRAME = Uint8Array.from(
  '1002009d012a1000100000070885858899848801241000606b00feffbaff40'.match(/../g) ?? [],
  (pair) => parseInt(pair, 16),
).buffer;

/** What a tap needs to know of its receiver. */
export interface TapTarget {
  readonly receiver: RTCRtpReceiver;
  /** What gives encoded frames; throws when they cannot be had. */
  readonly create: () => EncodedStreams;
  readonly batcher: FrameBatcher;
}

/** Takes a voice in the place of the decoder: nobody listens to this page. Throws when the receiver's frames cannot be had. */
export function attachAudioTap({ receiver, create, batcher }: TapTarget, track: number, sources: SsrcActivity): void {
  const take = (frame: EncodedFrame) => {
    const { mimeType, rtpTimestamp = 0, receiveTime, ...told } = frame.getMetadata();
    const { audioLevel, synchronizationSource = 0, contributingSources = [] } = told;
    const arrivedAt = receiveTime === undefined ? now() : performance.timeOrigin + receiveTime;
    const payload = new Uint8Array(frame.data);
    batcher.frame({
      track,
      codec: mimeType?.toLowerCase() === 'audio/red' ? 'red' : 'opus',
      level: toLevel(audioLevel),
      rtpTimestamp,
      source: contributingSources[0] ?? 0,
      arrivedAt,
      payload,
    });
    // An empty packet has no level, and would take away that of the voice before it.
    if (payload.byteLength === 0) return;
    sources.note({ synchronizationSource, contributingSources, audioLevel, rtpTimestamp, timestamp: arrivedAt });
  };
  batcher.empty(queueFrames(create.call(receiver).readable, take, () => batcher.isShortOfTime()));
}

/**
 * Notes video frames on their way to the decoder, which gets next to nothing in their place, since nobody looks at this page.
 * Throws when the receiver's frames cannot be had.
 */
export function attachVideoTap({ receiver, create, batcher }: TapTarget, track: number): void {
  const { readable, writable } = create.call(receiver);
  const writer = writable.getWriter();
  const queue = queueVideoFrames(readable, (frame) => {
    batcher.video(track);
    // Other codecs would need tiny frames of their own; they pass and cost their decoding.
    if (frame.getMetadata().mimeType?.toLowerCase() === 'video/vp8') frame.data = TINY_VP8_KEYFRAME.slice(0);
    writer.write(frame).catch(() => {});
  });
  batcher.empty(queue);
}
