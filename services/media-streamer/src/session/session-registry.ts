import { AppError, MINUTE, swallow, type BotId } from '@earshot/kernel';
import { sweepErased } from '../actions/erase-recording.ts';
import { openRecording } from '../actions/open-recording.ts';
import type { Recording } from '../domain/recording.ts';
import { Roster } from '../domain/roster.ts';
import { IngestSession } from './ingest-session.ts';
import type { SessionDeps, SessionStart } from './fanout.ts';

/** A session without a joiner for this long is released; all that is needed to go on is in the database. */
const FORGET_MS = 15 * MINUTE;

/** The ingest sessions of this process, one a bot. */
export class SessionRegistry implements AsyncDisposable {
  readonly #deps: SessionDeps;
  readonly #sessions = new Map<BotId, IngestSession>();
  readonly #draining = new Set<IngestSession>();
  readonly #opening = new Map<BotId, Promise<unknown>>();
  #isClosed = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  get(botId: BotId): IngestSession | undefined {
    return this.#sessions.get(botId);
  }

  /** The session that a joiner's stream belongs to. Throws `failed-precondition` when its time is over. */
  async open(start: SessionStart): Promise<IngestSession> {
    const before = this.#opening.get(start.botId) ?? Promise.resolve();
    const opened = before.then(() => this.#open(start));
    const settled = opened.catch(() => {});
    this.#opening.set(start.botId, settled);
    try {
      return await opened;
    } finally {
      if (this.#opening.get(start.botId) === settled) this.#opening.delete(start.botId);
    }
  }

  /** Finishes a session, and releases it once its recording is ready. */
  async finish(session: IngestSession, clockMs?: number): Promise<void> {
    await session.finish(clockMs);
    if (this.#sessions.get(session.botId) !== session) return;
    this.#sessions.delete(session.botId);
    this.#draining.add(session);
    void session.drain().finally(() => this.#draining.delete(session));
  }

  /** Releases sessions that no joiner has come back to. */
  forgetIdle(now: number): void {
    for (const session of this.#sessions.values()) {
      const { idleSince } = session;
      if (idleSince !== undefined && !session.isFinishing && now - idleSince > FORGET_MS) this.#drop(session);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#opening.values());
    const reason = new AppError('unavailable', 'the service is closing');
    const held = [...this.#sessions.values(), ...this.#draining];
    this.#sessions.clear();
    await Promise.all(held.map((session) => session.close(reason)));
  }

  async #open(start: SessionStart): Promise<IngestSession> {
    if (this.#isClosed) throw new AppError('unavailable', 'the service is closing');
    const { botId, accountId, epoch, startedAt, hasVideo } = start;
    const known = this.#sessions.get(botId);
    if (known?.isFinishing && known.epoch === epoch) return known;
    if (known?.isFinishing)
      throw new AppError('failed-precondition', 'the recording is finished', { fields: { botId } });
    const order = {
      botId,
      accountId,
      epoch,
      startedAt,
      hasVideo,
      owner: this.#deps.owner,
      mixedSamples: known?.mixedSamples ?? 0,
    };
    const { recording, wasOurs, isResumed } = await openRecording(this.#deps, order);
    if (known && wasOurs && this.#sessions.get(botId) === known) {
      if (known.epoch !== epoch) await known.beginEpoch(recording);
      return known;
    }
    // Another process had it meanwhile: what is in memory here is of the past.
    if (known) this.#drop(known);
    return this.#create(start, { recording, isResumed });
  }

  async #create(
    start: SessionStart,
    { recording, isResumed }: { recording: Recording; isResumed: boolean },
  ): Promise<IngestSession> {
    const { participants, tracks, speeches } = this.#deps;
    const [known, owned, received, published] = await Promise.all([
      participants.list(start.botId),
      tracks.list(start.botId),
      tracks.received(start.botId),
      speeches.list(start.botId),
    ]);
    const owners = owned.flatMap(({ trackId, participantId, ownName }) =>
      participantId === '' || ownName !== undefined ? [] : [[trackId, participantId] as const],
    );
    const roster = new Roster({ participants: known, owners: new Map(owners), idPrefix: recording.idPrefix });
    const session: IngestSession = new IngestSession(this.#deps, {
      recording,
      isResumed,
      start,
      roster,
      received,
      published,
      onLost: () => this.#drop(session),
    });
    this.#sessions.set(start.botId, session);
    return session;
  }

  #drop(session: IngestSession): void {
    if (this.#sessions.get(session.botId) === session) this.#sessions.delete(session.botId);
    this.#draining.add(session);
    const { log } = this.#deps;
    void session
      .close(new AppError('failed-precondition', 'the visit is not held here any more'))
      .then(() => sweepErased(this.#deps, session.botId))
      .catch((error: unknown) => swallow(log, error, 'the next erasure finds what is left'))
      .finally(() => this.#draining.delete(session));
  }
}
