import { now } from './now.ts';

/** Frames that wait until they are asked for. */
export interface FrameQueue {
  /** Takes what waits; `at` is the time by the flush timer. */
  drain(at: number): Promise<void>;
  /** Settles once nothing more comes. */
  readonly closed: Promise<unknown>;
}

/**
 * Leaves frames in their stream: taken together they cost less than one by one, each of which finds the page asleep. The
 * stream has room for 60, which is 1.2 s of a voice in packets of 20 ms, and Chromium drops what comes then. What is urgent
 * when it comes does not wait.
 */
export function queueFrames(
  stream: ReadableStream<EncodedFrame>,
  take: (frame: EncodedFrame) => void,
  isUrgent = () => false,
): FrameQueue {
  const reader = stream.getReader();
  let next: EncodedFrame | undefined;
  const ask = () => {
    next = undefined;
    reader.read().then(
      ({ value }) => {
        next = value;
        if (value && isUrgent()) void drain();
      },
      () => {
        // The receiver is gone, and with it everything that could come here.
      },
    );
  };
  const drain = async () => {
    while (next) {
      try {
        take(next);
      } catch {
        // One frame that cannot be read is one frame less.
      }
      ask();
      // A frame that waits is here by then.
      await Promise.resolve();
    }
  };
  ask();
  return { drain, closed: reader.closed };
}

/** How often video frames are taken: with each tick of the slowest flush timer (400 ms, domain/flush-interval.ts), and some of the others. */
const VIDEO_FRAMES_MS = 350;
/** For how long they are taken as they come where they begin, or go on after a pause. */
const VIDEO_FRAMES_BEGIN_MS = 5000;
const VIDEO_FRAMES_PAUSE_MS = 1000;

/** Of a track of video. */
export interface VideoFrameQueue extends FrameQueue {
  /** A key frame is on its way: until it has come the browser asks for it again. */
  beginAnew(): void;
}

/**
 * Nobody misses a video frame, so they wait longer. Not where they begin: a browser that lacks the first asks its sender
 * for a keyframe every 200 ms, while later it waits for three seconds (WebRTC's VideoReceiveStream2).
 */
export function queueVideoFrames(
  stream: ReadableStream<EncodedFrame>,
  take: (frame: EncodedFrame) => void,
): VideoFrameQueue {
  let begunAt = 0;
  let takenAt = 0;
  let nextAt = 0;
  const isBeginning = () => {
    if (now() - takenAt > VIDEO_FRAMES_PAUSE_MS) begunAt = now();
    return now() - begunAt < VIDEO_FRAMES_BEGIN_MS;
  };
  const takePicture = (frame: EncodedFrame) => {
    takenAt = now();
    take(frame);
  };
  const { drain, closed } = queueFrames(stream, takePicture, isBeginning);
  return {
    closed,
    beginAnew: () => void (begunAt = now()),
    async drain(at) {
      if (at < nextAt) return;
      nextAt = at + VIDEO_FRAMES_MS;
      await drain(at);
    },
  };
}
