import { describe, expect, it } from 'vitest';
import type { PageFrame } from '../page-protocol/frame-layout.ts';
import { attachAudioTap, attachVideoTap, type TapTarget } from './encoded-tap.ts';
import type { FrameQueue } from './frame-queue.ts';
import { SsrcActivity } from './ssrc-activity.ts';
import type { VideoSender } from './video-sender.ts';

type Metadata = ReturnType<EncodedFrame['getMetadata']>;

/** A receiver whose frames are put in by hand, and a batcher that only collects. */
function createTarget() {
  const frames: PageFrame[] = [];
  const videoTracks: number[] = [];
  const queues: FrameQueue[] = [];
  const decoded: EncodedFrame[] = [];
  let controller: ReadableStreamDefaultController<EncodedFrame> | undefined;
  const streams: EncodedStreams = {
    readable: new ReadableStream<EncodedFrame>({ start: (given) => void (controller = given) }),
    writable: new WritableStream<EncodedFrame>({ write: (frame) => void decoded.push(frame) }),
  };
  const batcher = {
    frame: (frame: PageFrame) => void frames.push(frame),
    video: (track: number) => void videoTracks.push(track),
    empty: (queue: FrameQueue) => void queues.push(queue),
    isShortOfTime: () => false,
  };
  const target = { receiver: {}, create: () => streams, batcher } as unknown as TapTarget;
  const put = async (bytes: number[], metadata: Metadata) => {
    const frame = { data: Uint8Array.from(bytes).buffer, getMetadata: () => metadata };
    controller?.enqueue(frame);
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (const queue of queues) await queue.drain(Infinity);
    await new Promise<void>((resolve) => setImmediate(resolve));
    return frame;
  };
  return { target, put, frames, videoTracks, decoded };
}

describe('attachAudioTap', () => {
  it('takes a packet as it was encoded, with its time, its level and whose it is', async () => {
    const { target, put, frames } = createTarget();
    const sources = new SsrcActivity();
    attachAudioTap(target, 3, sources);
    const about = {
      rtpTimestamp: 4800,
      synchronizationSource: 11,
      contributingSources: [22],
      receiveTime: performance.now(),
    };
    await put([1, 2, 3], { mimeType: 'audio/opus', audioLevel: 0.01, ...about });
    await put([4], { mimeType: 'audio/RED', ...about });
    expect(frames).toMatchObject([
      { track: 3, codec: 'opus', level: 40, rtpTimestamp: 4800, source: 22, payload: Uint8Array.of(1, 2, 3) },
      { track: 3, codec: 'red', level: 255, source: 22 },
    ]);
    expect(frames[0]?.arrivedAt).toBeCloseTo(performance.timeOrigin + about.receiveTime, 3);
    expect(sources.synchronization()).toMatchObject([{ source: 11, rtpTimestamp: 4800 }]);
    expect(sources.contributing()).toMatchObject([{ source: 22 }]);
  });

  it('says silence as silence, and lets an empty packet take nobody’s level away', async () => {
    const { target, put, frames } = createTarget();
    const sources = new SsrcActivity();
    attachAudioTap(target, 0, sources);
    await put([1], { synchronizationSource: 5, audioLevel: 1 });
    await put([], { synchronizationSource: 5 });
    await put([1], { synchronizationSource: 6, audioLevel: 0 });
    expect(frames.map(({ level }) => level)).toEqual([0, 255, 127]);
    expect(sources.synchronization().find(({ source }) => source === 5)).toMatchObject({ audioLevel: 1 });
  });
});

describe('attachVideoTap', () => {
  it('notes that video comes, and gives the decoder a block of black in the place of every known codec', async () => {
    const { target, put, videoTracks, decoded } = createTarget();
    attachVideoTap(target, 4);
    await put(Array<number>(500).fill(9), { mimeType: 'video/VP8' });
    await put([9, 9, 9], { mimeType: 'video/H264' });
    await put([9, 9, 9], { mimeType: 'video/VP9' });
    await put([9, 9, 9], { mimeType: 'video/AV1' });
    await put([9, 9, 9], { mimeType: 'video/H265' });
    expect(videoTracks).toEqual([4, 4, 4, 4, 4]);
    expect(decoded.map(({ data }) => data.byteLength)).toEqual([31, 48, 59, 31, 3]);
    // A keyframe of 16x16: RFC 6386, 9.1.
    expect([...new Uint8Array(decoded[0]?.data ?? new ArrayBuffer(0)).subarray(3, 10)]).toEqual([
      ...[0x9d, 0x01, 0x2a, 16, 0, 16, 0],
    ]);
  });
  it('hands over each frame as it came where video is wanted, and has the decoder fail once where a key frame is', async () => {
    const { target, put, decoded } = createTarget();
    const taken: unknown[] = [];
    const wishes = [false, true, false];
    const sender = { take: (frame: unknown) => taken.push(frame), takeWish: () => wishes.shift() };
    attachVideoTap(target, 4, sender as unknown as VideoSender);
    const about = { mimeType: 'video/VP8', rtpTimestamp: 90, receiveTime: performance.now(), width: 640, height: 360 };
    await put([1, 2], about);
    await put([3], about);
    await put([4], about);
    expect(taken).toMatchObject([
      { track: 4, codec: 'vp8', rtpTimestamp: 90, width: 640, height: 360, payload: Uint8Array.of(1, 2) },
      { payload: Uint8Array.of(3) },
      { payload: Uint8Array.of(4) },
    ]);
    // The start code of a key frame is missing: RFC 6386, 9.1.
    expect(decoded.map(({ data }) => new Uint8Array(data)[3])).toEqual([0x9d, 0, 0x9d]);
  });
});
