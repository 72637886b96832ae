import {
  VideoCodec,
  VideoSource,
  type IngestVideoRequest,
  type VideoBatch,
  type VideoFrame,
  type VideoTrackChange,
} from '@earshot/contract/media/v1/video.ts';
import { testAssignmentSecret } from '@earshot/harness';
import { AsyncQueue } from '@earshot/kernel';
import { signAssignment } from '@earshot/rpc';
import type { MediaClient } from './joiner.ts';

const VIDEO_BATCH_MS = 100;
/** A key frame each two seconds of 25 frames each. */
const FRAME_MS = 40;
const KEY_EVERY = 50;

export interface Picture {
  readonly trackId: string;
  readonly codec?: VideoCodec;
  /** Bytes of each frame; the first four are its number. */
  readonly bytes?: number;
  readonly fromMs?: number;
}

/** Frames of a camera, each with its number in it, until `untilMs`. */
export function picturesOf({ trackId, codec = VideoCodec.VP8, bytes = 200, fromMs = 0 }: Picture, untilMs: number) {
  return Array.from({ length: Math.ceil((untilMs - fromMs) / FRAME_MS) }, (_, index): VideoFrame => {
    const payload = Buffer.alloc(bytes);
    payload.writeUInt32BE(index);
    const arrivedMs = fromMs + index * FRAME_MS + 5;
    const rtpTimestamp = (0xffff_0000 + index * FRAME_MS * 90) % 2 ** 32;
    const size = { width: 640, height: 360 };
    return { trackId, codec, payload, rtpTimestamp, arrivedMs, keyFrame: index % KEY_EVERY === 0, ...size };
  });
}

export function webcam(trackId: string, over: Partial<VideoTrackChange> = {}): VideoTrackChange {
  return { trackId, source: VideoSource.WEBCAM, participantId: '', atMs: 0, ended: false, ...over };
}

/** Batches in which the frames arrive at their times, up to `untilMs`. */
export function videoBatchesOf(
  frames: readonly VideoFrame[],
  untilMs: number,
  tracks: readonly VideoTrackChange[] = [],
): VideoBatch[] {
  return Array.from({ length: Math.ceil(untilMs / VIDEO_BATCH_MS) }, (_, index) => {
    const clockMs = (index + 1) * VIDEO_BATCH_MS;
    const arrived = frames.filter((each) => each.arrivedMs < clockMs && each.arrivedMs >= clockMs - VIDEO_BATCH_MS);
    return { sequence: index + 1, clockMs, frames: arrived, tracks: index === 0 ? [...tracks] : [], gaps: [] };
  });
}

/** One stream of one visit's video, as a joiner holds it. */
export class VideoStream {
  readonly #requests = new AsyncQueue<IngestVideoRequest>();
  readonly #breaking = new AbortController();
  readonly #resumed = Promise.withResolvers<number>();
  readonly #watchers = new Set<() => void>();
  /** Resolves, or rejects, with the end of the stream. */
  readonly ended: Promise<void>;
  readonly keyFramesAsked: string[] = [];
  acknowledged = 0;
  isFinished = false;

  constructor(client: MediaClient, start: { botId: string; epoch: number; assignmentToken?: string }) {
    const { botId, epoch } = start;
    const assignmentToken = start.assignmentToken || signAssignment(testAssignmentSecret, { botId, epoch });
    const value = { botId, accountId: 'account', epoch, assignmentToken };
    this.#requests.push({ message: { $case: 'start', value } });
    this.#resumed.promise.catch(() => {});
    this.ended = this.#read(client);
    this.ended.catch((error: unknown) => this.#resumed.reject(error));
  }

  /** The sequence to go on with. */
  get resumed(): Promise<number> {
    return this.#resumed.promise;
  }

  send(batches: readonly VideoBatch[]): void {
    for (const value of batches) this.#requests.push({ message: { $case: 'batch', value } });
  }

  finish(clockMs: number): void {
    this.#requests.push({ message: { $case: 'finish', value: { clockMs } } });
  }

  /** Resolves when everything up to `sequence` is acknowledged; rejects when the stream ends before. */
  acknowledges(sequence: number): Promise<void> {
    return this.until(() => this.acknowledged >= sequence);
  }

  /** Resolves when something that came has made it so; rejects when the stream ends before. */
  async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      const next = new Promise<void>((resolve) => this.#watchers.add(resolve));
      await Promise.race([next, this.ended.then(() => Promise.reject(new Error('the stream has ended')))]);
    }
  }

  /** As a network does it. */
  async break(): Promise<void> {
    this.#breaking.abort(new Error('broken'));
    this.#requests.end();
    await this.ended.catch(() => {});
  }

  async #read(client: MediaClient): Promise<void> {
    for await (const { message } of client.ingestVideo(this.#requests, { signal: this.#breaking.signal })) {
      if (message?.$case === 'resume') this.#resumed.resolve(message.value.nextSequence);
      if (message?.$case === 'keyFrame') this.keyFramesAsked.push(message.value.trackId);
      if (message?.$case === 'acknowledge') {
        this.acknowledged = message.value.sequence;
        this.isFinished ||= message.value.finished;
      }
      for (const wake of this.#watchers) wake();
      this.#watchers.clear();
    }
  }
}
