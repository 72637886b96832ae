import { createHash, randomUUID } from 'node:crypto';
import { AppError, type BotId, type Log } from '@earshot/kernel';
import { saveVideo } from '../actions/save-video.ts';
import { videoKey } from '../domain/blob-keys.ts';
import { afterDropped, dropped } from '../domain/dropped-video.ts';
import type { VideoCut } from '../domain/video-buffer.ts';
import { encodeFrames } from '../domain/video-segment.ts';
import { withUpdate, type VideoSegment, type VideoTrack, type VideoTrackUpdate } from '../domain/video-track.ts';
import { keepTrying } from '../record/keep-trying.ts';
import type { VideoDeps } from './deps.ts';

const TYPE = { contentType: 'application/octet-stream' };

export interface VideoWriterOptions {
  readonly botId: BotId;
  readonly epoch: number;
  readonly idPrefix: string;
  readonly tracks: readonly VideoTrack[];
  readonly nextIndex: number;
  readonly log: Log;
  /** Everything up to a batch is stored and committed, or dropped: of a cut, whose memory is free. */
  readonly onSaved: (cut: VideoCut) => void;
  /** Another process has the visit's video, or it is finished. */
  readonly onLost: () => void;
}

/**
 * Stores cuts in order, in the background: a blob a track, then all their rows in one commit. Where there is no room a cut is dropped,
 * and each of its tracks up to its next key frame: video is what gives up first.
 */
export class VideoWriter {
  readonly #deps: VideoDeps;
  readonly #options: VideoWriterOptions;
  readonly #closing = new AbortController();
  readonly #givingUp = new AbortController();
  readonly #tracks: Map<string, VideoTrack>;
  readonly #broken = new Set<string>();
  #index: number;
  #waiting: VideoCut[] = [];
  #storing: Promise<void> | undefined;
  #hasDropped = false;

  constructor(deps: VideoDeps, options: VideoWriterOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#index = options.nextIndex;
    this.#tracks = new Map(options.tracks.map((track) => [track.trackId, track]));
  }

  push(cut: VideoCut): void {
    this.#waiting.push(cut);
    this.#storing ??= this.#store();
  }

  /** Resolves when all is stored, or dropped because the store stayed away. Rejects with why it was closed. */
  async finish(): Promise<void> {
    const { clock, storeWaitMs } = this.#deps;
    const done = new AbortController();
    const patience = AbortSignal.any([done.signal, this.#closing.signal]);
    void clock.sleep(storeWaitMs, patience).then(
      () => this.#givingUp.abort(new AppError('unavailable', 'the store stayed away')),
      () => {},
    );
    while (this.#storing) await this.#storing;
    done.abort();
    this.#closing.signal.throwIfAborted();
  }

  /** Ends without storing what waits: it was not acknowledged to its sender. */
  async close(reason: AppError): Promise<void> {
    this.#closing.abort(reason);
    await this.#storing;
    for (const cut of this.#waiting.splice(0)) this.#options.onSaved({ ...cut, sequence: 0 });
  }

  async #store(): Promise<void> {
    const { log, onSaved, onLost } = this.#options;
    try {
      for (let cut = this.#waiting[0]; cut; cut = this.#waiting[0]) {
        const verdict = await this.#storeOne(cut);
        if (verdict === 'lost') return onLost();
        this.#waiting.shift();
        onSaved(cut);
      }
    } catch (error) {
      if (!this.#closing.signal.aborted) log.error('storing video ended', { error });
    } finally {
      this.#storing = undefined;
    }
  }

  async #storeOne({ tracks: updates, sequence }: VideoCut): Promise<'saved' | 'lost'> {
    const { botId, epoch, idPrefix } = this.#options;
    const index = this.#index++;
    const segments: VideoSegment[] = [];
    const stored: VideoTrackUpdate[] = [];
    let hasRoom = updates.every(({ frames }) => frames.length === 0) || (await this.#hasRoom());
    for (const update of updates) {
      const whole = this.#broken.has(update.trackId) ? afterDropped(update) : update;
      const segment = hasRoom && whole.frames.length > 0 ? await this.#put(whole, index) : undefined;
      if (segment) segments.push(segment);
      hasRoom &&= segment !== undefined || whole.frames.length === 0;
      const kept = segment ? whole : dropped(whole);
      if (kept.frames.length > 0) this.#broken.delete(kept.trackId);
      else if (update.frames.length > 0) this.#broken.add(kept.trackId);
      stored.push(kept);
    }
    this.#report(hasRoom);
    const tracks = stored.map((update) => withUpdate(this.#tracks.get(update.trackId), update, idPrefix));
    const { owner } = this.#deps;
    const video = { botId, owner, epoch, durableSequence: sequence, segments, tracks };
    const signal = this.#closing.signal;
    const verdict = await keepTrying(() => saveVideo(this.#deps, video), {
      ...this.#trying('committing video'),
      signal,
    });
    if (verdict === 'lost') {
      await this.#deps.blobs.delete(segments.map(({ key }) => key));
      return 'lost';
    }
    for (const track of tracks) this.#tracks.set(track.trackId, track);
    for (const { source, frames, droppedFrames } of stored) {
      const bytes = frames.reduce((sum, { payload }) => sum + payload.byteLength, 0);
      this.#deps.onVideoStored({ source, frames: frames.length, droppedFrames, bytes });
    }
    return 'saved';
  }

  /** Undefined where there is no room, or the store stayed away for too long. */
  async #put(update: VideoTrackUpdate, index: number): Promise<VideoSegment | undefined> {
    const { blobs } = this.#deps;
    const { botId, epoch } = this.#options;
    const { trackId, frames } = update;
    const body = encodeFrames(frames);
    const put = async () => {
      const key = videoKey(botId, { index, id: randomUUID() });
      await blobs.put(key, body, TYPE);
      return key;
    };
    const key = await this.#orGiveUp(put, 'storing video');
    if (key === undefined) return undefined;
    const sha256 = createHash('sha256').update(body).digest('hex');
    const [from = 0, to = from] = [frames[0]?.arrivedMs, frames.at(-1)?.arrivedMs];
    const about = { frames: frames.length, bytes: body.byteLength, sha256 };
    return { trackId, index, epoch, key, fromMs: from, toMs: to, ...about };
  }

  async #hasRoom(): Promise<boolean> {
    return (await this.#orGiveUp(() => this.#deps.hasVideoRoom(), 'measuring room for video')) ?? false;
  }

  /** Tries while the store is away; undefined where it is full, or stays away. */
  async #orGiveUp<T>(work: () => Promise<T>, what: string): Promise<T | undefined> {
    const signal = AbortSignal.any([this.#closing.signal, this.#givingUp.signal]);
    const unlessFull = () =>
      work().catch((error: unknown) => {
        if (AppError.from(error).code !== 'resource-exhausted') throw error;
        return undefined;
      });
    try {
      return await keepTrying(unlessFull, { ...this.#trying(what), signal });
    } catch (error) {
      if (this.#closing.signal.aborted || !this.#givingUp.signal.aborted) throw error;
      return undefined;
    }
  }

  #trying(what: string) {
    return { clock: this.#deps.clock, log: this.#options.log, what };
  }

  #report(hasRoom: boolean): void {
    if (!hasRoom && !this.#hasDropped) this.#options.log.error('video is dropped, the store has no room for it');
    this.#hasDropped = !hasRoom;
  }
}
