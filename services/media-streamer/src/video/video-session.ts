import { AppError, SECOND, type BotId, type Log } from '@earshot/kernel';
import type { OpenedVideo } from '../actions/open-video.ts';
import { settleVideo } from '../actions/settle-video.ts';
import { VideoBuffer, type TakenBatch, type VideoCut } from '../domain/video-buffer.ts';
import type { VideoBatch, VideoTrackChange } from '../domain/video-frame.ts';
import { keepTrying } from '../record/keep-trying.ts';
import type { VideoDeps } from './deps.ts';
import { FrameClock } from './frame-clock.ts';
import { removeVideoStrays } from './remove-video-strays.ts';
import type { VideoPeer } from './video-peer.ts';
import { VideoWriter } from './video-writer.ts';

/** A key frame is large, and its sender makes it for everybody: of one track, no two are asked for within this time. */
const KEY_FRAME_MS = 5 * SECOND;
/** What no batch follows is stored all the same after this time. */
const QUIET_MS = 4 * SECOND;

/** Who sends: the joiner whose stream is open, or nobody since then (milliseconds since 1970). */
type Sender = { readonly peer: VideoPeer } | { readonly peer?: undefined; readonly idleSince: number };

export interface VideoSessionOptions extends Omit<OpenedVideo, 'wasOurs'> {
  /** Another process has the visit's video, or it is finished. */
  readonly onLost: () => void;
}

/** The video of one epoch of a bot's visit as this process holds it, across broken streams. */
export class VideoSession {
  readonly botId: BotId;
  readonly epoch: number;
  readonly #deps: VideoDeps;
  readonly #log: Log;
  readonly #buffer: VideoBuffer;
  readonly #writer: VideoWriter;
  readonly #closing = new AbortController();
  readonly #askedAt = new Map<string, number>();
  /** Where each track's frames lie, for those who watch. */
  readonly #clocks = new Map<string, FrameClock>();
  readonly #shiftMs: number;
  #sender: Sender;
  #sequence: number;
  #acknowledged: number;
  #cutAt: number;
  #finishing: Promise<void> | undefined;

  constructor(deps: VideoDeps, { stream, shiftMs, idPrefix, tracks, nextIndex, onLost }: VideoSessionOptions) {
    const { botId, epoch, durableSequence } = stream;
    this.botId = botId;
    this.epoch = epoch;
    this.#deps = deps;
    this.#log = deps.log.child({ botId });
    this.#shiftMs = shiftMs;
    this.#sequence = durableSequence;
    this.#acknowledged = durableSequence;
    this.#sender = { idleSince: deps.clock.now() };
    this.#cutAt = deps.clock.now();
    this.#buffer = new VideoBuffer({ room: deps.videoMemory, shiftMs, idPrefix, tracks });
    this.#writer = new VideoWriter(deps, {
      ...{ botId, epoch, idPrefix, tracks, nextIndex, onLost },
      log: this.#log,
      onSaved: (cut) => this.#onSaved(cut),
    });
  }

  get nextSequence(): number {
    return this.#sequence + 1;
  }

  get isFinishing(): boolean {
    return this.#finishing !== undefined;
  }

  /** Since when no stream has been open, milliseconds since 1970; undefined while one is. */
  get idleSince(): number | undefined {
    return this.#sender.peer ? undefined : this.#sender.idleSince;
  }

  /** A stream takes this visit; the one that had it ends. Throws why the session is closed. */
  attach(peer: VideoPeer): void {
    this.#closing.signal.throwIfAborted();
    this.#sender.peer?.end(new AppError('cancelled', 'another stream has taken over'));
    this.#sender = { peer };
    if (this.#acknowledged > 0) peer.acknowledge(this.#acknowledged, { finished: false });
  }

  /** What came by the stream is stored: nobody knows whether another comes. */
  detach(peer: VideoPeer): void {
    if (this.#sender.peer !== peer) return;
    this.#sender = { idleSince: this.#deps.clock.now() };
    this.#cut();
  }

  /** Takes in a batch; one that was taken before is passed over. */
  accept(peer: VideoPeer, batch: VideoBatch): void {
    this.#closing.signal.throwIfAborted();
    if (peer !== this.#sender.peer) throw new AppError('cancelled', 'another stream has taken over');
    const { sequence, clockMs } = batch;
    if (sequence <= this.#sequence || this.#finishing) return;
    if (sequence > this.nextSequence) {
      this.#log.warn('batches of video are missing', { expected: this.nextSequence, sequence });
      this.#buffer.breakAll();
    }
    const { waiting, ...live } = this.#buffer.add(batch);
    this.#sequence = sequence;
    for (const trackId of waiting) this.#requestKeyFrame(trackId);
    this.#show(live, clockMs);
    if (this.#buffer.isDue(clockMs)) this.#cut();
  }

  /** Tracks of this epoch, as far as they are known. */
  get tracks(): VideoTrackChange[] {
    return this.#buffer.tracks;
  }

  /** Asks the sender of a track, unless that was done a moment ago. */
  requestKeyFrame({ trackId }: { trackId: string }): void {
    const pageId = this.#buffer.pageIdOf(trackId);
    if (pageId !== undefined) this.#requestKeyFrame(pageId);
  }

  /** Time goes on, batches or not. */
  tick(now: number): void {
    if (now - this.#cutAt >= QUIET_MS) this.#cut();
  }

  /** No more comes. Resolves when all is stored and settled. Idempotent; rejects with why it is closed. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finish();
    return this.#finishing;
  }

  /** Releases everything at once. What was not acknowledged will be sent again. */
  async close(reason: AppError): Promise<void> {
    this.#closing.abort(reason);
    this.#sender.peer?.end(reason);
    const cut = this.#buffer.cut();
    if (cut) this.#buffer.release(cut);
    await this.#writer.close(reason);
  }

  async #finish(): Promise<void> {
    const { clock } = this.#deps;
    const { botId, epoch } = this;
    this.#closing.signal.throwIfAborted();
    this.#cut();
    await this.#writer.finish();
    const trying = { clock, log: this.#log, signal: this.#closing.signal };
    await keepTrying(() => settleVideo(this.#deps, { botId, epoch }), { ...trying, what: 'settling video' });
    await keepTrying(() => removeVideoStrays(this.#deps, botId), { ...trying, what: 'removing strays' });
    this.#sender.peer?.acknowledge(this.#sequence, { finished: true });
  }

  #requestKeyFrame(pageId: string): void {
    const now = this.#deps.clock.now();
    if (!this.#sender.peer || now - (this.#askedAt.get(pageId) ?? -Infinity) < KEY_FRAME_MS) return;
    if (this.#askedAt.size > 1000) this.#askedAt.clear();
    this.#askedAt.set(pageId, now);
    this.#sender.peer.requestKeyFrame(pageId);
  }

  /** To whoever watches. */
  #show({ taken, changes }: Omit<TakenBatch, 'waiting'>, clockMs: number): void {
    const { watchers } = this.#deps;
    for (const change of changes) watchers.push(this.botId, { kind: 'track', change, atMs: clockMs + this.#shiftMs });
    for (const { trackId, codec, ...frame } of taken) {
      const clock = this.#clocks.get(trackId) ?? new FrameClock();
      this.#clocks.set(trackId, clock);
      const [atUs = 0] = clock.place([frame]);
      watchers.push(this.botId, { kind: 'frame', trackId, codec, frame: { ...frame, atUs } });
    }
  }

  #cut(): void {
    this.#cutAt = this.#deps.clock.now();
    if (this.#closing.signal.aborted) return;
    const cut = this.#buffer.cut();
    if (cut) this.#writer.push(cut);
  }

  #onSaved(cut: VideoCut): void {
    this.#buffer.release(cut);
    if (cut.sequence <= this.#acknowledged) return;
    this.#acknowledged = cut.sequence;
    this.#sender.peer?.acknowledge(cut.sequence, { finished: false });
  }
}
