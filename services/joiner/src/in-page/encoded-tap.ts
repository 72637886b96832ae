import type { VideoCodec } from '../page-protocol/video-layout.ts';
import type { FrameBatcher } from './frame-batcher.ts';
import { queueFrames, queueVideoFrames } from './frame-queue.ts';
import { toLevel } from './level.ts';
import { now } from './now.ts';
import type { SsrcActivity } from './ssrc-activity.ts';
import { tinyFrame, undecodableFrame } from './tiny-frames.ts';
import type { VideoSender } from './video-sender.ts';

const codecs: Readonly<Record<string, VideoCodec>> = {
  ...{ 'video/vp8': 'vp8', 'video/vp9': 'vp9', 'video/h264': 'h264', 'video/av1': 'av1' },
};

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
 * Notes video frames on their way to the decoder, which gets next to nothing in their place, since nobody looks at this page; `sender`
 * gets them as they came, where they are wanted. Throws when the receiver's frames cannot be had.
 */
export function attachVideoTap({ receiver, create, batcher }: TapTarget, track: number, sender?: VideoSender): void {
  const { readable, writable } = create.call(receiver);
  const writer = writable.getWriter();
  const queue = queueVideoFrames(readable, (frame) => {
    batcher.video(track);
    const metadata = frame.getMetadata();
    const codec = codecs[metadata.mimeType?.toLowerCase() ?? ''];
    // What is of an unknown codec passes and costs its decoding.
    if (codec) {
      sender?.take(toVideoFrame(frame, { ...metadata, track, codec }));
      const isWished = sender?.takeWish(track) ?? false;
      if (isWished) queue.beginAnew();
      frame.data = isWished ? undecodableFrame(codec) : tinyFrame(codec);
    }
    writer.write(frame).catch(() => {});
  });
  batcher.empty(queue);
}

/** Leaves video to the decoder, for a page that is filmed: where encoded frames can be had, nothing comes that nobody passes on. */
export function passVideo({ receiver, create }: Pick<TapTarget, 'receiver' | 'create'>): void {
  const { readable, writable } = create.call(receiver);
  readable.pipeTo(writable).catch(() => {});
}

function toVideoFrame(
  { type, data }: EncodedFrame,
  about: ReturnType<EncodedFrame['getMetadata']> & { track: number; codec: VideoCodec },
) {
  const { track, codec, width = 0, height = 0, rtpTimestamp = 0, receiveTime } = about;
  return {
    ...{ track, codec, width, height, rtpTimestamp },
    isKey: type === 'key',
    arrivedAt: receiveTime === undefined ? now() : performance.timeOrigin + receiveTime,
    payload: new Uint8Array(data),
  };
}
