import { AppError, MINUTE, swallow, type BotId } from '@earshot/kernel';
import { openVideo } from '../actions/open-video.ts';
import { sweepErased } from '../actions/erase-recording.ts';
import type { VideoStream } from '../domain/video-stream.ts';
import type { VideoDeps } from './deps.ts';
import { VideoSession } from './video-session.ts';

/** A session without a joiner for this long is released; all that is needed to go on is in the database. */
const FORGET_MS = 15 * MINUTE;

/** The video of the visits that this process holds, one session a bot. */
export class VideoSessions implements AsyncDisposable {
  readonly #deps: VideoDeps;
  readonly #sessions = new Map<BotId, VideoSession>();
  readonly #dropped = new Set<Promise<unknown>>();
  readonly #opening = new Map<BotId, Promise<unknown>>();
  #isClosed = false;

  constructor(deps: VideoDeps) {
    this.#deps = deps;
  }

  get(botId: BotId): VideoSession | undefined {
    return this.#sessions.get(botId);
  }

  /** The session that a joiner's stream belongs to. Throws as `openVideo` does. */
  async open(order: Pick<VideoStream, 'botId' | 'epoch'>): Promise<VideoSession> {
    const { botId } = order;
    const opened = (this.#opening.get(botId) ?? Promise.resolve()).then(() => this.#open(order));
    const settled = opened.catch(() => {});
    this.#opening.set(botId, settled);
    try {
      return await opened;
    } finally {
      if (this.#opening.get(botId) === settled) this.#opening.delete(botId);
    }
  }

  /** Finishes a session and releases it. */
  async finish(session: VideoSession): Promise<void> {
    await session.finish();
    if (this.#sessions.get(session.botId) === session) this.#sessions.delete(session.botId);
  }

  /** Time goes on: stores what no batch follows, releases sessions that no joiner has come back to. */
  tick(now: number): void {
    for (const session of this.#sessions.values()) {
      const { idleSince } = session;
      if (idleSince !== undefined && !session.isFinishing && now - idleSince > FORGET_MS) this.#drop(session);
      else session.tick(now);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#opening.values());
    const reason = new AppError('unavailable', 'the service is closing');
    const held = [...this.#sessions.values()];
    this.#sessions.clear();
    await Promise.all([...held.map((session) => session.close(reason)), ...this.#dropped]);
  }

  async #open({ botId, epoch }: Pick<VideoStream, 'botId' | 'epoch'>): Promise<VideoSession> {
    if (this.#isClosed) throw new AppError('unavailable', 'the service is closing');
    const known = this.#sessions.get(botId);
    if (known?.isFinishing && known.epoch === epoch) return known;
    const { wasOurs, ...opened } = await openVideo(this.#deps, { botId, epoch, owner: this.#deps.owner });
    if (known && wasOurs && known.epoch === epoch && this.#sessions.get(botId) === known) return known;
    // Of an earlier epoch, or another process had it meanwhile: what is in memory here is of the past.
    if (known) this.#drop(known);
    const session: VideoSession = new VideoSession(this.#deps, { ...opened, onLost: () => this.#drop(session) });
    this.#sessions.set(botId, session);
    return session;
  }

  #drop(session: VideoSession): void {
    const { botId } = session;
    if (this.#sessions.get(botId) === session) this.#sessions.delete(botId);
    const { log } = this.#deps;
    const closing = session
      .close(new AppError('failed-precondition', 'the visit is not held here any more'))
      .then(() => sweepErased(this.#deps, botId))
      .catch((error: unknown) => swallow(log, error, 'the next erasure finds what is left'))
      .finally(() => this.#dropped.delete(closing));
    this.#dropped.add(closing);
  }
}
