import type { MixedSlice } from '@earshot/audio';
import { AppError, SECOND, swallow, withTimeout, type BotId } from '@earshot/kernel';
import { closeRecording } from '../actions/close-recording.ts';
import { saveSession, type SessionPosition } from '../actions/save-session.ts';
import { AudioTally } from '../domain/audio-tally.ts';
import type { SequencedBatch } from '../domain/sequenced-batch.ts';
import { DurablePosition } from '../domain/durable-position.ts';
import { encodeLiveFrame, speakerOf } from '../domain/live-frame.ts';
import { SAMPLES_PER_MS, SEGMENT_SAMPLES, type Recording } from '../domain/recording.ts';
import type { Roster, TrackOwner } from '../domain/roster.ts';
import { sendSpeech } from '../speech/send-speech.ts';
import { SpeechSegmenter } from '../speech/speech-segmenter.ts';
import { finishRecording } from '../record/finish-recording.ts';
import { keepTrying } from '../record/keep-trying.ts';
import { MetadataWriter } from '../record/metadata-writer.ts';
import { SegmentWriter } from '../record/segment-writer.ts';
import { isSilent, TrackMixer } from '../audio/track-mixer.ts';
import { SessionMetadata } from './session-metadata.ts';
import type { IngestPeer } from './ingest-peer.ts';
import { openFanout, type Fanout, type SessionDeps, type SessionStart } from './fanout.ts';

/** How long a recording waits for its last words. */
const SPEECH_WAIT_MS = 60 * SECOND;

export interface IngestSessionOptions {
  readonly recording: Recording;
  /** Whether another process had it before, or this one, and released it. */
  readonly isResumed: boolean;
  readonly start: SessionStart;
  readonly roster: Roster;
  /** Samples received of each track before. */
  readonly heard: ReadonlyMap<string, number>;
  /** Another process has the visit, or the recording is closed. */
  readonly onLost: () => void;
}

/**
 * One bot's visit as this process holds it, across broken streams and later epochs. Batches pass one after the other:
 * decoded, mixed, sent to the live socket; storing and committing go on behind, and nothing here waits for them.
 */
export class IngestSession {
  readonly botId: BotId;
  readonly #deps: SessionDeps;
  readonly #roster: Roster;
  readonly #mixer: TrackMixer;
  readonly #segmentWriter: SegmentWriter;
  readonly #metadataWriter: MetadataWriter;
  readonly #feed = new SpeechSegmenter();
  readonly #fanout: Fanout;
  readonly #metadata: SessionMetadata;
  readonly #tally: AudioTally;
  readonly #closing = new AbortController();
  #recording: Recording;
  #durable: DurablePosition;
  /** The last batch taken in, and the last one acknowledged. */
  #sequence: number;
  #acknowledged: number;
  #clockMs = 0;
  #isStored = false;
  #peer: IngestPeer | undefined;
  #idleSince: number;
  #work: Promise<unknown> = Promise.resolve();
  #finishing: Promise<void> | undefined;

  constructor(deps: SessionDeps, { recording, isResumed, start, roster, heard, onLost }: IngestSessionOptions) {
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
    this.#mixer = new TrackMixer({ startSample, shiftMs });
    this.#segmentWriter = new SegmentWriter({
      botId,
      startSample,
      blobs,
      memory,
      clock,
      log,
      onStored: () => this.#metadataWriter.touch(),
    });
    this.#tally = new AudioTally({
      clockMs: Math.max(0, Math.floor(startSample / SAMPLES_PER_MS) - shiftMs),
      durableSequence,
      tracks: heard,
    });
    this.#metadataWriter = new MetadataWriter({
      clock,
      log,
      position: () => this.#position(),
      save: (notes) => {
        // No joiner sends these again once their batches are acknowledged.
        const speaking = [...notes.speaking, ...this.#metadata.speaking];
        return saveSession(deps, { botId, owner, before: recording }, { ...notes, speaking });
      },
      onSaved: (position) => this.#onSaved(position),
      onLost,
    });
    const onCommitted = () => this.#metadataWriter.touch();
    this.#fanout = openFanout(deps, { start, recording, isResumed, onCommitted });
    const onNamed = (track: TrackOwner) => this.#fanout.speech?.setOwner(track);
    this.#metadata = new SessionMetadata({ roster, onNamed, note: (notes) => this.#metadataWriter.note(notes) });
    roster.owners().forEach(onNamed);
  }

  get epoch(): number {
    return this.#recording.epoch;
  }

  /** Samples that are mixed, stored or not. */
  get mixedSamples(): number {
    return this.#mixer.position;
  }

  get nextSequence(): number {
    return this.#sequence + 1;
  }

  get isFinishing(): boolean {
    return this.#finishing !== undefined;
  }

  /** Since when no stream has been open, milliseconds since 1970; undefined while one is. */
  get idleSince(): number | undefined {
    return this.#peer ? undefined : this.#idleSince;
  }

  /** A stream takes this visit; the one that had it ends. */
  attach(peer: IngestPeer): void {
    this.#peer?.end(new AppError('cancelled', 'another stream has taken over'));
    this.#peer = peer;
    if (this.#acknowledged > 0) peer.acknowledge(this.#acknowledged, { finished: false });
  }

  detach(peer: IngestPeer): void {
    if (this.#peer !== peer) return;
    this.#peer = undefined;
    this.#idleSince = this.#deps.clock.now();
  }

  /** The bot is there again, with another joiner: its batches count from one, on the same timeline. */
  async beginEpoch(recording: Recording): Promise<void> {
    this.#peer?.end(new AppError('failed-precondition', 'stale epoch'));
    this.#peer = undefined;
    await this.#inTurn(async () => {
      this.#fanout.speech?.push(this.#feed.end());
      this.#mixer.beginEpoch(recording.shiftMs);
      this.#tally.end(this.#clockMs);
      this.#recording = recording;
      this.#durable = new DurablePosition();
      this.#sequence = 0;
      this.#acknowledged = 0;
      this.#clockMs = 0;
      this.#metadata.beginEpoch();
    });
  }

  /** Takes in a batch; one that was taken before is passed over. */
  async accept(peer: IngestPeer, batch: SequencedBatch): Promise<void> {
    await this.#inTurn(async () => {
      this.#closing.signal.throwIfAborted();
      if (peer !== this.#peer) throw new AppError('cancelled', 'another stream has taken over');
      if (batch.sequence <= this.#sequence || this.isFinishing) return;
      if (batch.sequence > this.nextSequence) {
        const fields = { botId: this.botId, expected: this.nextSequence, sequence: batch.sequence };
        this.#deps.log.warn('batches are missing', fields);
      }
      await this.#take(batch);
    });
  }

  /** Ends the recording, at `clockMs` or where it is. Resolves when it is ready. Idempotent. */
  finish(clockMs?: number): Promise<void> {
    this.#finishing ??= this.#finish(clockMs);
    return this.#finishing;
  }

  /** After the recording is finished: gives the live consumers the time to receive the end. */
  async drain(): Promise<void> {
    await this.#fanout.drain();
    this.#mixer[Symbol.dispose]();
  }

  /** Releases everything at once. What was not acknowledged will be sent again. */
  async close(reason: AppError): Promise<void> {
    this.#closing.abort(reason);
    this.#peer?.end(reason);
    this.#peer = undefined;
    await Promise.all([
      this.#fanout[Symbol.asyncDispose](),
      this.#segmentWriter[Symbol.asyncDispose](),
      this.#metadataWriter.end(reason),
    ]);
    await this.#work;
    this.#mixer[Symbol.dispose]();
  }

  async #take(batch: SequencedBatch): Promise<void> {
    const clockMs = Math.max(this.#clockMs, batch.clockMs);
    const nowMs = clockMs + this.#recording.shiftMs;
    this.#metadata.take(batch, { nowMs, shiftMs: this.#recording.shiftMs });
    this.#hand(this.#mixer.skipTo(Math.min(clockMs, ...batch.frames.map((frame) => frame.arrivedMs))));
    const placed = await this.#mixer.add(batch.frames);
    this.#tally.take(batch, placed);
    this.#segmentWriter.keep(placed.filter(({ level }) => !isSilent(level)));
    this.#clockMs = clockMs;
    this.#hand(this.#mixer.take(clockMs));
    const captionsUntil = this.#fanout.captions?.read(batch, this.#recording.shiftMs);
    const speechUntil = captionsUntil ?? sendSpeech({ feed: this.#feed, stream: this.#fanout.speech }, placed, nowMs);
    const audioUntil = placed.reduce((end, { at, pcm }) => Math.max(end, at + pcm.length), 0);
    this.#durable.add({ sequence: batch.sequence, audioUntil, speechUntil });
    this.#sequence = batch.sequence;
  }

  #hand(slices: Iterable<MixedSlice>): void {
    const { live } = this.#fanout;
    for (const { pcm, loudest } of slices) {
      const speaker = speakerOf(loudest === undefined ? undefined : this.#roster.ownerOf(loudest));
      const at = this.#mixer.position - pcm.length;
      live?.send({ bytes: encodeLiveFrame(speaker, pcm), at, samples: pcm.length });
      this.#segmentWriter.append(pcm);
    }
  }

  /** How far everything is safe. Whole segments only: while the visit lives its last one may still grow. */
  #position(): SessionPosition {
    const { storedSamples } = this.#segmentWriter;
    const durableSamples = storedSamples - (storedSamples % SEGMENT_SAMPLES);
    const durableSequence = this.#durable.advance({
      samples: durableSamples,
      notedSequence: this.#sequence,
      committedMs: (trackId) => this.#fanout.speech?.committedMs(trackId) ?? Infinity,
    });
    const { heard, lost, tracks } = this.#tally.upTo(this.#isStored ? Infinity : durableSequence);
    return { epoch: this.epoch, durableSamples, durableSequence, heard, lost, trackSamples: tracks };
  }

  #onSaved({ epoch, durableSequence, trackSamples }: SessionPosition): void {
    this.#tally.saved(trackSamples);
    if (epoch !== this.epoch || durableSequence <= this.#acknowledged) return;
    this.#acknowledged = durableSequence;
    this.#peer?.acknowledge(durableSequence, { finished: false });
  }

  async #finish(clockMs: number | undefined): Promise<void> {
    const { clock, log } = this.#deps;
    const { botId } = this;
    const { signal } = this.#closing;
    await this.#inTurn(async () => {
      signal.throwIfAborted();
      const endMs = Math.max(this.#clockMs, clockMs ?? 0);
      this.#hand(this.#mixer.skipTo(endMs));
      this.#hand(this.#mixer.flush(endMs));
      this.#fanout.speech?.push(this.#feed.end());
      this.#metadata.end();
      this.#tally.end(endMs);
    });
    void this.#fanout.live
      ?.finish()
      .catch((error: unknown) => swallow(log, error, 'the customer is told what can be told'));
    await this.#speechIsOver();
    await this.#segmentWriter.finish();
    this.#isStored = true;
    await this.#metadataWriter.flush();
    await this.#metadataWriter.end(new AppError('failed-precondition', 'the recording is closed'));
    const durableSamples = this.#segmentWriter.storedSamples;
    const trying = { clock, log: log.child({ botId }), signal };
    await keepTrying(() => closeRecording(this.#deps, { botId, durableSamples }), { ...trying, what: 'closing' });
    await keepTrying(() => finishRecording(this.#deps, botId), { ...trying, what: 'finishing' });
    this.#peer?.acknowledge(this.#sequence, { finished: true });
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
