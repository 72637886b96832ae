import type { MixedSlice } from '@earshot/audio';
import { AppError, SECOND, swallow, withTimeout, type BotId } from '@earshot/kernel';
import { closeRecording } from '../actions/close-recording.ts';
import { saveVisit, type VisitPosition } from '../actions/save-visit.ts';
import { AudioTally } from '../domain/audio-tally.ts';
import type { Batch } from '../domain/batch.ts';
import { DurablePosition } from '../domain/durable-position.ts';
import { encodeLiveFrame, speakerOf } from '../domain/live-frame.ts';
import { SAMPLES_PER_MS, SEGMENT_SAMPLES, type Recording } from '../domain/recording.ts';
import type { Roster, TrackOwner } from '../domain/roster.ts';
import { saySpeech } from '../fanout/say-speech.ts';
import { SpeechFeed } from '../fanout/speech-feed.ts';
import { finishRecording } from '../record/finish-recording.ts';
import { keepTrying } from '../record/keep-trying.ts';
import { Ledger } from '../record/ledger.ts';
import { Recorder } from '../record/recorder.ts';
import { isSilent, MixDesk } from './mix-desk.ts';
import { Notebook } from './notebook.ts';
import type { Seat } from './seat.ts';
import { openFanout, type Fanout, type VisitDeps, type VisitStart } from './visit-fanout.ts';

/** How long a recording waits for its last words. */
const SPEECH_WAIT_MS = 60 * SECOND;

export interface VisitOptions {
  readonly recording: Recording;
  /** Whether another process had it before, or this one, and forgot it. */
  readonly isResumed: boolean;
  readonly start: VisitStart;
  readonly roster: Roster;
  /** Samples received of each track before. */
  readonly heard: ReadonlyMap<string, number>;
  /** The visit is not ours any more. */
  readonly onLost: () => void;
}

/**
 * One bot's visit as this process holds it, across broken streams and later epochs. Batches pass one after the other:
 * decoded, mixed, handed to the live socket; storing and committing go on behind, and nothing here waits for them.
 */
export class Visit {
  readonly botId: BotId;
  readonly #deps: VisitDeps;
  readonly #roster: Roster;
  readonly #desk: MixDesk;
  readonly #recorder: Recorder;
  readonly #ledger: Ledger;
  readonly #feed = new SpeechFeed();
  readonly #fanout: Fanout;
  readonly #notebook: Notebook;
  readonly #tally: AudioTally;
  readonly #closing = new AbortController();
  #recording: Recording;
  #durable: DurablePosition;
  /** The last batch taken in, and the last one its sender was told to forget. */
  #sequence: number;
  #acknowledged: number;
  #clockMs = 0;
  #isStored = false;
  #seat: Seat | undefined;
  #idleSince: number;
  #work: Promise<unknown> = Promise.resolve();
  #finishing: Promise<void> | undefined;

  constructor(deps: VisitDeps, { recording, isResumed, start, roster, heard, onLost }: VisitOptions) {
    const { botId, durableSamples: startSample, durableSequence, shiftMs } = recording;
    const { blobs, storeMemory: memory, clock, owner } = deps;
    const log = deps.log.child({ botId });
    this.botId = botId;
    this.#deps = deps;
    this.#recording = recording;
    this.#sequence = durableSequence;
    this.#acknowledged = durableSequence;
    this.#durable = new DurablePosition(durableSequence);
    this.#idleSince = clock.now();
    this.#roster = roster;
    this.#desk = new MixDesk({ startSample, shiftMs });
    this.#recorder = new Recorder({
      botId,
      startSample,
      blobs,
      memory,
      clock,
      log,
      onStored: () => this.#ledger.touch(),
    });
    this.#tally = new AudioTally({
      clockMs: Math.max(0, Math.floor(startSample / SAMPLES_PER_MS) - shiftMs),
      durableSequence,
      tracks: heard,
    });
    this.#ledger = new Ledger({
      clock,
      log,
      position: () => this.#position(),
      save: (notes) => {
        // Nobody hands these in again once their batches are acknowledged.
        const speaking = [...notes.speaking, ...this.#notebook.speaking];
        return saveVisit(deps, { botId, owner, before: recording }, { ...notes, speaking });
      },
      onSaved: (position) => this.#onSaved(position),
      onLost,
    });
    const onCommitted = () => this.#ledger.touch();
    this.#fanout = openFanout(deps, { start, recording, isResumed, onCommitted });
    const onNamed = (track: TrackOwner) => this.#fanout.speech?.name(track);
    this.#notebook = new Notebook({ roster, onNamed, note: (notes) => this.#ledger.note(notes) });
    roster.owners().forEach(onNamed);
  }

  get epoch(): number {
    return this.#recording.epoch;
  }

  /** Samples that are mixed, stored or not. */
  get mixedSamples(): number {
    return this.#desk.position;
  }

  get nextSequence(): number {
    return this.#sequence + 1;
  }

  get isFinishing(): boolean {
    return this.#finishing !== undefined;
  }

  /** Since when no stream has been open, milliseconds since 1970; undefined while one is. */
  get idleSince(): number | undefined {
    return this.#seat ? undefined : this.#idleSince;
  }

  /** A stream takes this visit; the one that had it ends. */
  attach(seat: Seat): void {
    this.#seat?.end(new AppError('cancelled', 'another stream has taken over'));
    this.#seat = seat;
    if (this.#acknowledged > 0) seat.acknowledge(this.#acknowledged, { finished: false });
  }

  detach(seat: Seat): void {
    if (this.#seat !== seat) return;
    this.#seat = undefined;
    this.#idleSince = this.#deps.clock.now();
  }

  /** The bot is there again, with another joiner: its batches count from one, on the same timeline. */
  async beginEpoch(recording: Recording): Promise<void> {
    this.#seat?.end(new AppError('failed-precondition', 'stale epoch'));
    this.#seat = undefined;
    await this.#inTurn(async () => {
      this.#fanout.speech?.say(this.#feed.end());
      this.#desk.beginEpoch(recording.shiftMs);
      this.#tally.end(this.#clockMs);
      this.#recording = recording;
      this.#durable = new DurablePosition();
      this.#sequence = 0;
      this.#acknowledged = 0;
      this.#clockMs = 0;
      this.#notebook.beginEpoch();
    });
  }

  /** Takes in a batch; one that was taken before is passed over. */
  async accept(seat: Seat, batch: Batch): Promise<void> {
    await this.#inTurn(async () => {
      this.#closing.signal.throwIfAborted();
      if (seat !== this.#seat) throw new AppError('cancelled', 'another stream has taken over');
      if (batch.sequence <= this.#sequence || this.isFinishing) return;
      if (batch.sequence > this.nextSequence) {
        const fields = { botId: this.botId, expected: this.nextSequence, sequence: batch.sequence };
        this.#deps.log.warn('batches are missing', fields);
      }
      await this.#take(batch);
    });
  }

  /** Ends the recording, at `clockMs` or where it is. Resolves when it is ready; asked twice, it happens once. */
  finish(clockMs?: number): Promise<void> {
    this.#finishing ??= this.#finish(clockMs);
    return this.#finishing;
  }

  /** After the recording is finished: gives those who listen the time to hear the end. */
  async linger(): Promise<void> {
    await this.#fanout.linger();
    this.#desk[Symbol.dispose]();
  }

  /** Lets go of everything at once. What was not acknowledged will be handed in again. */
  async close(reason: AppError): Promise<void> {
    this.#closing.abort(reason);
    this.#seat?.end(reason);
    this.#seat = undefined;
    await Promise.all([
      this.#fanout[Symbol.asyncDispose](),
      this.#recorder[Symbol.asyncDispose](),
      this.#ledger.end(reason),
    ]);
    await this.#work;
    this.#desk[Symbol.dispose]();
  }

  async #take(batch: Batch): Promise<void> {
    const clockMs = Math.max(this.#clockMs, batch.clockMs);
    const nowMs = clockMs + this.#recording.shiftMs;
    this.#notebook.take(batch, { nowMs, shiftMs: this.#recording.shiftMs });
    this.#hand(this.#desk.leap(Math.min(clockMs, ...batch.frames.map((frame) => frame.arrivedMs))));
    const placed = await this.#desk.add(batch.frames);
    this.#tally.take(batch, placed);
    this.#recorder.keep(placed.filter(({ level }) => !isSilent(level)));
    this.#clockMs = clockMs;
    this.#hand(this.#desk.take(clockMs));
    const captionsUntil = this.#fanout.captions?.read(batch, this.#recording.shiftMs);
    const speechUntil = captionsUntil ?? saySpeech({ feed: this.#feed, line: this.#fanout.speech }, placed, nowMs);
    const audioUntil = placed.reduce((end, { at, pcm }) => Math.max(end, at + pcm.length), 0);
    this.#durable.add({ sequence: batch.sequence, audioUntil, speechUntil });
    this.#sequence = batch.sequence;
  }

  #hand(slices: Iterable<MixedSlice>): void {
    const { live } = this.#fanout;
    for (const { pcm, loudest } of slices) {
      const speaker = speakerOf(loudest === undefined ? undefined : this.#roster.ownerOf(loudest));
      const at = this.#desk.position - pcm.length;
      live?.send({ bytes: encodeLiveFrame(speaker, pcm), at, samples: pcm.length });
      this.#recorder.append(pcm);
    }
  }

  /** How far everything is safe. Whole segments only: while the visit lives its last one may still grow. */
  #position(): VisitPosition {
    const { storedSamples } = this.#recorder;
    const durableSamples = storedSamples - (storedSamples % SEGMENT_SAMPLES);
    const durableSequence = this.#durable.advance({
      samples: durableSamples,
      notedSequence: this.#sequence,
      committedMs: (trackId) => this.#fanout.speech?.committedMs(trackId) ?? Infinity,
    });
    const { heard, lost, tracks } = this.#tally.upTo(this.#isStored ? Infinity : durableSequence);
    return { epoch: this.epoch, durableSamples, durableSequence, heard, lost, trackSamples: tracks };
  }

  #onSaved({ epoch, durableSequence, trackSamples }: VisitPosition): void {
    this.#tally.saved(trackSamples);
    if (epoch !== this.epoch || durableSequence <= this.#acknowledged) return;
    this.#acknowledged = durableSequence;
    this.#seat?.acknowledge(durableSequence, { finished: false });
  }

  async #finish(clockMs: number | undefined): Promise<void> {
    const { clock, log } = this.#deps;
    const { botId } = this;
    const { signal } = this.#closing;
    await this.#inTurn(async () => {
      signal.throwIfAborted();
      const endMs = Math.max(this.#clockMs, clockMs ?? 0);
      this.#hand(this.#desk.leap(endMs));
      this.#hand(this.#desk.flush(endMs));
      this.#fanout.speech?.say(this.#feed.end());
      this.#notebook.end();
      this.#tally.end(endMs);
    });
    void this.#fanout.live
      ?.finish()
      .catch((error: unknown) => swallow(log, error, 'the customer is told what can be told'));
    await this.#speechIsOver();
    await this.#recorder.finish();
    this.#isStored = true;
    await this.#ledger.flush();
    await this.#ledger.end(new AppError('failed-precondition', 'the recording is closed'));
    const durableSamples = this.#recorder.storedSamples;
    const trying = { clock, log: log.child({ botId }), signal };
    await keepTrying(() => closeRecording(this.#deps, { botId, durableSamples }), { ...trying, what: 'closing' });
    await keepTrying(() => finishRecording(this.#deps, botId), { ...trying, what: 'finishing' });
    this.#seat?.acknowledge(this.#sequence, { finished: true });
  }

  async #speechIsOver(): Promise<void> {
    const { speech } = this.#fanout;
    if (!speech) return;
    const { signal } = this.#closing;
    const { clock } = this.#deps;
    await withTimeout(speech.finish(), { timeoutMs: SPEECH_WAIT_MS, signal, clock }).catch(() => {});
    signal.throwIfAborted();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch((error: unknown) => swallow(this.#deps.log, error, 'whoever asked for it is told'));
    return done;
  }
}
