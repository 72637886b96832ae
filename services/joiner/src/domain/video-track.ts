import { RecentFrames } from './recent-frames.ts';
import { pictureSize, type PictureSize } from './picture-size.ts';
import type { VideoCodec, VideoFrame, VideoGap, VideoSource } from './video-batch.ts';

/** A camera that is on sends at least once a second, and so does a screen on which nothing moves (WebRTC's ZeroHertzAdapterMode). */
const ENDED_MS = 5000;

/** A frame as a page gave it, on the meeting clock. Negative before that begins. */
export interface ReceivedFrame extends Omit<VideoFrame, 'trackId'> {
  /** So many frames before it are missing. */
  readonly dropped: number;
}

/** RTP time of video (RFC 3551, 5). */
const PER_SECOND = 90_000;
/** How long a frame may be late behind those that were sent after it: as long as whoever reads what is stored waits for it. */
const LATE = PER_SECOND;

/** Of which a picture may come in several frames, one for each spatial layer, which have its time stamp. */
const layered: readonly VideoCodec[] = ['vp9', 'av1'];

/**
 * The frames of one track on their way out: the layers of a picture in one, each picture once, as they were whole, and where some are
 * missing nothing before the next key frame. One of which a packet was sent again comes after those that were sent after it.
 */
export class VideoTrack {
  readonly id: string;
  source: VideoSource;
  participantId: string;
  /** Whether the budget has room for it. */
  isAdmitted = true;
  codec: VideoCodec | undefined;
  /** The last frame that came, by the meeting clock. */
  lastMs = 0;
  /** Nothing goes out before the next key frame. */
  #isWaiting = true;
  #picture: ReceivedFrame | undefined;
  /** Of the newest picture that went out, and of the newest key frame. */
  #lastTimestamp: number | undefined;
  #keyTimestamp = 0;
  readonly #recent = new RecentFrames();
  #gap: { frames: number; atMs: number } | undefined;
  #dropped = 0;
  #bytes = 0;
  /** Of its pictures; only key frames tell. */
  #size: PictureSize = { width: 0, height: 0 };

  constructor({ id, source, participantId }: Pick<VideoTrack, 'id' | 'source' | 'participantId'>) {
    this.id = id;
    this.source = source;
    this.participantId = participantId;
  }

  /** Frames that were dropped so far, those of the page included. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Whether its sender has to be asked for a key frame before anything of it can be used. */
  get needsKeyFrame(): boolean {
    return this.#isWaiting;
  }

  /** Whether anything of it went out. */
  get hasBegun(): boolean {
    return this.#lastTimestamp !== undefined;
  }

  /** Whether nothing of it has come for so long that it has ended. */
  isSilent(nowMs: number): boolean {
    return nowMs - this.lastMs > ENDED_MS;
  }

  /** Bytes that came since this was asked last. */
  takeBytes(): number {
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** What was dropped since this was asked last, once something of it went out. */
  takeGap(): VideoGap | undefined {
    const gap = this.#gap;
    this.#gap = undefined;
    return gap && { trackId: this.id, ...gap };
  }

  /** What was told of has reached nobody: it is to be told of again. */
  returnGap({ frames, atMs }: Omit<VideoGap, 'trackId'>): void {
    this.#gap = { frames: frames + (this.#gap?.frames ?? 0), atMs };
  }

  /** Takes a frame; answers the picture before it, which is whole by then, where it is to go out. */
  take(frame: ReceivedFrame): VideoFrame | undefined {
    if (this.#recent.isRepeated(frame)) return undefined;
    this.#bytes += frame.payload.byteLength;
    this.lastMs = Math.max(this.lastMs, frame.arrivedMs);
    this.codec = frame.codec;
    const before = this.#picture;
    if (before && frame.rtpTimestamp === before.rtpTimestamp && layered.includes(frame.codec)) {
      this.#picture = withLayer(before, frame);
      return undefined;
    }
    this.#picture = frame;
    return layered.includes(frame.codec) ? before && this.#pass(before) : this.flush();
  }

  /** The last picture, when nothing more is to come of it. */
  flush(): VideoFrame | undefined {
    const picture = this.#picture;
    this.#picture = undefined;
    return picture && this.#pass(picture);
  }

  /** Nothing of what waits or comes is used before the next key frame. */
  breakOff(): void {
    this.#picture = undefined;
    this.#isWaiting = true;
  }

  /** What was answered could not be sent. */
  lose(frame: Pick<VideoFrame, 'arrivedMs'>): void {
    this.#drop(frame, 1);
  }

  #pass(picture: ReceivedFrame): VideoFrame | undefined {
    const { dropped, ...frame } = picture;
    if (dropped > 0) this.#drop(picture, dropped);
    const lateBy = this.#lateBy(frame);
    // Nothing that is shown needs what was sent before the key frame.
    if (lateBy > 0 && !frame.isKey && isBefore(frame.rtpTimestamp, this.#keyTimestamp)) return undefined;
    const isUseless = (this.#isWaiting || lateBy > LATE) && !frame.isKey;
    if (isUseless || !this.isAdmitted) {
      this.#drop(frame, 1);
      return undefined;
    }
    this.#isWaiting = false;
    if (frame.isKey) this.#keyTimestamp = frame.rtpTimestamp;
    if (frame.isKey || lateBy <= 0) this.#lastTimestamp = frame.rtpTimestamp;
    this.#size = sizeOf(picture) ?? this.#size;
    return { ...frame, ...this.#size, trackId: this.id };
  }

  /** Behind the newest one that went out. */
  #lateBy({ rtpTimestamp }: Pick<VideoFrame, 'rtpTimestamp'>): number {
    return this.#lastTimestamp === undefined ? 0 : (this.#lastTimestamp - rtpTimestamp) | 0; // signed 32 bits: wraps come out right
  }

  #drop({ arrivedMs }: Pick<VideoFrame, 'arrivedMs'>, frames: number): void {
    this.#isWaiting = true;
    this.#dropped += frames;
    // Before its first picture there is nothing to continue.
    if (!this.hasBegun) return;
    this.#gap = { frames: (this.#gap?.frames ?? 0) + frames, atMs: this.#gap?.atMs ?? Math.max(0, arrivedMs) };
  }
}

/** A picture with one more layer: the layers of both codecs lie one behind the other. */
function withLayer(picture: ReceivedFrame, layer: ReceivedFrame): ReceivedFrame {
  const payload = new Uint8Array(picture.payload.byteLength + layer.payload.byteLength);
  payload.set(picture.payload);
  payload.set(layer.payload, picture.payload.byteLength);
  const size = picture.isKey ? pictureSize(layer.codec, layer.payload) : undefined;
  return { ...picture, ...size, payload, arrivedMs: layer.arrivedMs };
}

function sizeOf({ codec, isKey, width, height, payload }: ReceivedFrame): PictureSize | undefined {
  if (width > 0 && height > 0) return { width, height };
  return isKey ? pictureSize(codec, payload) : undefined;
}

/** Both wrap at 2^32. */
function isBefore(one: number, other: number): boolean {
  return ((one - other) | 0) < 0;
}
