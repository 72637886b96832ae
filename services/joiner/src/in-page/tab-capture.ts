import type { FrameBatcher } from './frame-batcher.ts';
import { now } from './now.ts';
import type { VideoSender } from './video-sender.ts';

// As the browser has them, not as a page may have them later.
const devices = globalThis.navigator?.mediaDevices;
const getDisplayMedia = devices?.getDisplayMedia;
const [Encoder, Frame] = [globalThis.VideoEncoder, globalThis.VideoFrame];
const Processor = typeof MediaStreamTrackProcessor === 'undefined' ? undefined : MediaStreamTrackProcessor;

const SIZE = { width: 1280, height: 720 };
const FRAMES_PER_SECOND = 15;
/** Enough for faces and text at that size and rate, bits a second. */
const BITRATE = 1_500_000;
const KEY_FRAME_EVERY_MS = 4000;
/** A page on which nothing moves gives no frames: its last one is sent again, so that what is shown stays known. */
const REPEAT_MS = 1000;
/** Frames that wait for the encoder; of a machine that is short of time more would come too late. */
const MAX_WAITING = 2;
/** RTP's clock, for the microseconds of frames. */
const TICKS_PER_MICROSECOND = 0.09;

export interface TabCaptureOptions {
  readonly batcher: FrameBatcher;
  readonly sender: VideoSender;
}

/**
 * Films the page itself, for pages that give no encoded video, and encodes it as one more track. Throws where the browser does not
 * allow it. Costs what drawing and encoding cost.
 */
export async function captureTab({ batcher, sender }: TabCaptureOptions): Promise<void> {
  if (!getDisplayMedia || !Encoder || !Processor) throw new DOMException('no capture', 'NotSupportedError');
  const options = {
    video: { ...SIZE, frameRate: { max: FRAMES_PER_SECOND } },
    ...{ audio: false, preferCurrentTab: true, selfBrowserSurface: 'include' },
  };
  const stream = await getDisplayMedia.call(devices, options);
  const [filmed] = stream.getVideoTracks();
  if (!filmed) throw new DOMException('no picture', 'NotFoundError');
  const track = batcher.nextTrack();
  const about = { id: 'tab', media: 'video', tap: 'tab', why: '', connection: undefined } as const;
  batcher.event({ kind: 'track', track, ...about });
  const encoder = createTabEncoder(track, sender);
  const timer = setInterval(encoder.repeat, REPEAT_MS);
  const reader = new Processor<VideoFrame>({ track: filmed }).readable.getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      encoder.encode(value);
    }
  } finally {
    clearInterval(timer);
    encoder.close();
  }
}

function createTabEncoder(track: number, sender: VideoSender) {
  const arrivals = new Map<number, number>();
  let last: VideoFrame | undefined;
  let encodedAt = 0;
  let keyAt = -Infinity;
  let size = '';
  const encoder = new Encoder({
    output(chunk) {
      const payload = new Uint8Array(chunk.byteLength);
      chunk.copyTo(payload);
      const arrivedAt = arrivals.get(chunk.timestamp) ?? now();
      arrivals.delete(chunk.timestamp);
      const [width = 0, height = 0] = size.split('x').map(Number);
      const rtpTimestamp = Math.round(chunk.timestamp * TICKS_PER_MICROSECOND) % 2 ** 32;
      sender.take({
        track,
        codec: 'vp8',
        isKey: chunk.type === 'key',
        width,
        height,
        rtpTimestamp,
        arrivedAt,
        payload,
      });
    },
    error() {
      // Nothing comes any more, which is seen by whoever waits for it.
    },
  });

  function encode(frame: VideoFrame): void {
    const isLate = encoder.state === 'closed' || encoder.encodeQueueSize > MAX_WAITING;
    if (isLate) return frame.close();
    const came = now();
    const seen = `${frame.codedWidth}x${frame.codedHeight}`;
    if (seen !== size) {
      size = seen;
      const { codedWidth: width, codedHeight: height } = frame;
      const rate = { bitrate: BITRATE, framerate: FRAMES_PER_SECOND };
      encoder.configure({ codec: 'vp8', width, height, ...rate, latencyMode: 'realtime' });
      keyAt = -Infinity;
    }
    const keyFrame = sender.takeWish(track) || came - keyAt >= KEY_FRAME_EVERY_MS;
    if (keyFrame) keyAt = came;
    encodedAt = came;
    arrivals.set(frame.timestamp, came);
    encoder.encode(frame, { keyFrame });
    last?.close();
    last = frame;
  }

  return {
    encode,
    repeat() {
      const passedMs = now() - encodedAt;
      if (!last || passedMs < REPEAT_MS) return;
      encode(new Frame(last, { timestamp: last.timestamp + Math.round(passedMs * 1000) }));
    },
    close() {
      last?.close();
      if (encoder.state !== 'closed') encoder.close();
    },
  };
}
