import { AppError, MINUTE, swallow, type BotId } from '@earshot/kernel';
import { sweepErased } from '../actions/erase-recording.ts';
import { openRecording } from '../actions/open-recording.ts';
import type { Recording } from '../domain/recording.ts';
import { Roster } from '../domain/roster.ts';
import { Visit } from './visit.ts';
import type { VisitDeps, VisitStart } from './visit-fanout.ts';

/** A visit nobody has come back to for this long is forgotten; all that is needed to go on is in the database. */
const FORGET_MS = 15 * MINUTE;

/** The visits this process holds, one a bot. */
export class Visits implements AsyncDisposable {
  readonly #deps: VisitDeps;
  readonly #visits = new Map<BotId, Visit>();
  readonly #lingering = new Set<Visit>();
  readonly #opening = new Map<BotId, Promise<unknown>>();
  #isClosed = false;

  constructor(deps: VisitDeps) {
    this.#deps = deps;
  }

  get(botId: BotId): Visit | undefined {
    return this.#visits.get(botId);
  }

  /** The visit that a joiner's stream belongs to. Throws `failed-precondition` when its time is over. */
  async open(start: VisitStart): Promise<Visit> {
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

  /** Finishes a visit, and forgets it once its recording is ready. */
  async finish(visit: Visit, clockMs?: number): Promise<void> {
    await visit.finish(clockMs);
    if (this.#visits.get(visit.botId) !== visit) return;
    this.#visits.delete(visit.botId);
    this.#lingering.add(visit);
    void visit.linger().finally(() => this.#lingering.delete(visit));
  }

  /** Lets go of visits that nobody has come back to. */
  forgetIdle(now: number): void {
    for (const visit of this.#visits.values()) {
      const { idleSince } = visit;
      if (idleSince !== undefined && !visit.isFinishing && now - idleSince > FORGET_MS) this.#drop(visit);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#opening.values());
    const reason = new AppError('unavailable', 'the service is closing');
    const held = [...this.#visits.values(), ...this.#lingering];
    this.#visits.clear();
    await Promise.all(held.map((visit) => visit.close(reason)));
  }

  async #open(start: VisitStart): Promise<Visit> {
    if (this.#isClosed) throw new AppError('unavailable', 'the service is closing');
    const { botId, accountId, epoch, startedAt } = start;
    const known = this.#visits.get(botId);
    if (known?.isFinishing && known.epoch === epoch) return known;
    if (known?.isFinishing)
      throw new AppError('failed-precondition', 'the recording is finished', { fields: { botId } });
    const order = {
      botId,
      accountId,
      epoch,
      startedAt,
      owner: this.#deps.owner,
      mixedSamples: known?.mixedSamples ?? 0,
    };
    const { recording, wasOurs, isResumed } = await openRecording(this.#deps, order);
    if (known && wasOurs && this.#visits.get(botId) === known) {
      if (known.epoch !== epoch) await known.beginEpoch(recording);
      return known;
    }
    // Another process had it meanwhile: what is in memory here is of the past.
    if (known) this.#drop(known);
    return this.#create(start, { recording, isResumed });
  }

  async #create(
    start: VisitStart,
    { recording, isResumed }: { recording: Recording; isResumed: boolean },
  ): Promise<Visit> {
    const { participants, tracks } = this.#deps;
    const [known, owned, heard] = await Promise.all([
      participants.list(start.botId),
      tracks.list(start.botId),
      tracks.heard(start.botId),
    ]);
    const owners = owned.flatMap(({ trackId, participantId }) =>
      participantId === undefined ? [] : [[trackId, participantId] as const],
    );
    const roster = new Roster({ participants: known, owners: new Map(owners) });
    const visit: Visit = new Visit(this.#deps, {
      recording,
      isResumed,
      start,
      roster,
      heard,
      onLost: () => this.#drop(visit),
    });
    this.#visits.set(start.botId, visit);
    return visit;
  }

  #drop(visit: Visit): void {
    if (this.#visits.get(visit.botId) === visit) this.#visits.delete(visit.botId);
    this.#lingering.add(visit);
    const { log } = this.#deps;
    void visit
      .close(new AppError('failed-precondition', 'the visit is not held here any more'))
      .then(() => sweepErased(this.#deps, visit.botId))
      .catch((error: unknown) => swallow(log, error, 'the next erasure finds what is left'))
      .finally(() => this.#lingering.delete(visit));
  }
}
