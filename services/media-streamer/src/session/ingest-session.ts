import { AppError, swallow, type BotId, type TrackOwner } from '@earshot/kernel';
import { closeRecording } from '../actions/close-recording.ts';
import { saveSession, type SessionPosition } from '../actions/save-session.ts';
import { IngestEpoch } from '../domain/ingest-epoch.ts';
import type { Recording } from '../domain/recording.ts';
import type { SequencedBatch } from '../domain/sequenced-batch.ts';
import { finishRecording } from '../record/finish-recording.ts';
import { keepTrying } from '../record/keep-trying.ts';
import { MetadataWriter, type Notes } from '../record/metadata-writer.ts';
import type { SessionDeps } from './fanout.ts';
import type { IngestPeer } from './ingest-peer.ts';
import { MediaPipeline, type MediaPipelineOptions } from './media-pipeline.ts';
import { SessionMetadata } from './session-metadata.ts';

export interface IngestSessionOptions extends Omit<MediaPipelineOptions, 'onProgress' | 'onSpeech'> {
  /** Another process has the visit, or the recording is closed. */
  readonly onLost: () => void;
}

/** Stands for a bot whose joiner does not know its name. */
const UNNAMED = 'Bot';

/** Who sends: the joiner whose stream is open, or nobody since then (milliseconds since 1970). */
type Sender = { readonly peer: IngestPeer } | { readonly peer?: undefined; readonly idleSince: number };

type SessionState =
  /** Batches are taken in. */
  | { readonly kind: 'live'; readonly sender: Sender }
  /** No more are; a joiner that is or comes back waits for the end. `done` resolves when the recording is ready. */
  | { readonly kind: 'finishing'; readonly sender: Sender; readonly done: Promise<void> }
  /** Released: batches, streams and the end of the recording are refused with `reason`. */
  | { readonly kind: 'closed'; readonly reason: AppError };

/**
 * One bot's visit as this process holds it, across broken streams and later epochs. Batches pass one after the other through the
 * pipeline; storing and committing go on behind, and nothing here waits for them.
 */
export class IngestSession {
  readonly botId: BotId;
  readonly #deps: SessionDeps;
  readonly #pipeline: MediaPipeline;
  readonly #metadata: SessionMetadata;
  readonly #metadataWriter: MetadataWriter;
  readonly #closing = new AbortController();
  #state: SessionState;
  #epoch: IngestEpoch;
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: SessionDeps, { onLost, ...options }: IngestSessionOptions) {
    const { recording, roster, start } = options;
    const { isRecorded, isTranscribed } = start.media.voice;
    const { botId } = recording;
    const { clock, owner } = deps;
    this.botId = botId;
    this.#deps = deps;
    this.#epoch = new IngestEpoch(recording);
    this.#state = { kind: 'live', sender: { idleSince: clock.now() } };
    this.#pipeline = new MediaPipeline(deps, {
      ...options,
      onProgress: () => this.#metadataWriter.touch(),
      onSpeech: (facts) => this.#metadataWriter.note({ facts }),
    });
    this.#metadataWriter = new MetadataWriter({
      clock,
      log: deps.log.child({ botId }),
      position: () => this.#pipeline.position(this.#epoch),
      save: (notes) => {
        // No joiner sends these again once their batches are acknowledged.
        const speaking = [...notes.speaking, ...this.#metadata.speaking];
        const pauses = [...notes.pauses, ...this.#metadata.pauses];
        return saveSession(deps, { botId, owner, before: recording }, { ...notes, speaking, pauses });
      },
      onSaved: (position) => this.#onSaved(position),
      onLost,
    });
    const onNamed = (track: TrackOwner) => this.#pipeline.setOwner(track);
    const ownVoice = { isRecorded, name: isTranscribed ? start.botName || UNNAMED : undefined };
    const note = (notes: Notes) => this.#metadataWriter.note(notes);
    const { chatEvents: hasChatFacts } = start.media;
    this.#metadata = new SessionMetadata({ roster, onNamed, note, ownVoice, hasChatFacts });
    roster.owners().forEach(onNamed);
  }

  get epoch(): number {
    return this.#epoch.epoch;
  }

  /** Who is meant by a page's id in this epoch. */
  idOf(pageId: string): string {
    return this.#metadata.idOf(pageId);
  }

  /** Samples that are mixed, stored or not. */
  get mixedSamples(): number {
    return this.#pipeline.mixedSamples;
  }

  get nextSequence(): number {
    return this.#epoch.nextSequence;
  }

  get isFinishing(): boolean {
    return this.#state.kind === 'finishing';
  }

  /** Since when no stream has been open, milliseconds since 1970; undefined while one is, and once the session is closed. */
  get idleSince(): number | undefined {
    if (this.#state.kind === 'closed' || this.#state.sender.peer) return undefined;
    return this.#state.sender.idleSince;
  }

  /** A stream takes this visit; the one that had it ends. Throws why the session is closed. */
  attach(peer: IngestPeer): void {
    if (this.#state.kind === 'closed') throw this.#state.reason;
    this.#peer?.end(new AppError('cancelled', 'another stream has taken over'));
    this.#state = { ...this.#state, sender: { peer } };
    const { acknowledged } = this.#epoch;
    if (acknowledged > 0) peer.acknowledge(acknowledged, { finished: false });
  }

  detach(peer: IngestPeer): void {
    if (this.#state.kind === 'closed' || this.#state.sender.peer !== peer) return;
    this.#state = { ...this.#state, sender: { idleSince: this.#deps.clock.now() } };
  }

  /** The bot is there again, with another joiner: its batches count from one, on the same timeline. */
  async beginEpoch(recording: Recording): Promise<void> {
    const peer = this.#peer;
    peer?.end(new AppError('failed-precondition', 'stale epoch'));
    if (peer) this.detach(peer);
    await this.#inTurn(async () => {
      await this.#pipeline.beginEpoch({ shiftMs: recording.shiftMs, clockMs: this.#epoch.clockMs });
      this.#epoch = new IngestEpoch(recording);
      this.#metadata.beginEpoch(recording.idPrefix);
    });
  }

  /** Takes in a batch; one that was taken before is passed over. */
  async accept(peer: IngestPeer, reported: SequencedBatch): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#state.kind === 'closed') throw this.#state.reason;
      if (peer !== this.#peer) throw new AppError('cancelled', 'another stream has taken over');
      const epoch = this.#epoch;
      if (reported.sequence <= epoch.sequence || this.#state.kind === 'finishing') return;
      if (reported.sequence > epoch.nextSequence) {
        const fields = { botId: this.botId, expected: epoch.nextSequence, sequence: reported.sequence };
        this.#deps.log.warn('batches are missing', fields);
      }
      const { shiftMs, idPrefix } = epoch;
      const nowMs = epoch.clockAfter(reported.clockMs) + shiftMs;
      const batch = this.#metadata.take(reported, { nowMs, shiftMs, idPrefix });
      const needs = await this.#pipeline.add(batch, epoch);
      epoch.add({ ...needs, clockMs: batch.clockMs });
    });
  }

  /** Ends the recording, at `clockMs` or where it is. Resolves when it is ready. Idempotent; rejects with why it is closed. */
  finish(clockMs?: number): Promise<void> {
    switch (this.#state.kind) {
      case 'live': {
        const done = this.#finish(clockMs);
        this.#state = { ...this.#state, kind: 'finishing', done };
        return done;
      }
      case 'finishing':
        return this.#state.done;
      case 'closed':
        return Promise.reject(this.#state.reason);
    }
  }

  /** After the recording is finished: gives the live consumers the time to receive the end. */
  async drain(): Promise<void> {
    await this.#pipeline.drain();
    this.#pipeline.release();
  }

  /** Releases everything at once. What was not acknowledged will be sent again. */
  async close(reason: AppError): Promise<void> {
    this.#closing.abort(reason);
    this.#peer?.end(reason);
    this.#deps.watchers.end(this.botId, reason);
    this.#state = { kind: 'closed', reason };
    await Promise.all([this.#pipeline.close(), this.#metadataWriter.end(reason)]);
    await this.#work;
    this.#pipeline.release();
  }

  get #peer(): IngestPeer | undefined {
    return this.#state.kind === 'closed' ? undefined : this.#state.sender.peer;
  }

  #onSaved(position: SessionPosition): void {
    this.#pipeline.onSaved(position);
    if (position.epoch !== this.epoch || !this.#epoch.acknowledge(position.durableSequence)) return;
    this.#peer?.acknowledge(position.durableSequence, { finished: false });
  }

  async #finish(clockMs = 0): Promise<void> {
    const { clock, log } = this.#deps;
    const { botId } = this;
    const { signal } = this.#closing;
    await this.#inTurn(async () => {
      signal.throwIfAborted();
      await this.#pipeline.end(this.#epoch.clockAfter(clockMs));
      this.#metadata.end();
    });
    await this.#pipeline.finish(signal);
    await this.#metadataWriter.flush();
    await this.#metadataWriter.end(new AppError('failed-precondition', 'the recording is closed'));
    const durableSamples = this.#pipeline.storedSamples;
    const trying = { clock, log: log.child({ botId }), signal };
    await keepTrying(() => closeRecording(this.#deps, { botId, durableSamples }), { ...trying, what: 'closing' });
    await keepTrying(() => finishRecording(this.#deps, botId), { ...trying, what: 'finishing' });
    this.#peer?.acknowledge(this.#epoch.sequence, { finished: true });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch((error: unknown) => swallow(this.#deps.log, error, 'the caller gets the error'));
    return done;
  }
}
