import type { MixedSlice } from '@earshot/audio';
import { SECOND, swallow, withTimeout, type BotId, type BotVoicePlan, type TrackOwner } from '@earshot/kernel';
import type { SessionPosition } from '../actions/save-session.ts';
import { isSilent, TrackMixer } from '../audio/track-mixer.ts';
import { AudioTally } from '../domain/audio-tally.ts';
import type { BatchNeeds } from '../domain/durable-position.ts';
import type { IngestEpoch } from '../domain/ingest-epoch.ts';
import { SAMPLES_PER_MS, SEGMENT_SAMPLES, type Recording } from '../domain/recording.ts';
import type { Roster } from '../domain/roster.ts';
import type { SequencedBatch } from '../domain/sequenced-batch.ts';
import type { SpeechFact } from '../domain/media-fact.ts';
import type { PublishedSpeech } from '../domain/published-speech.ts';
import { encodeSpeechMessage } from '../domain/speech-message.ts';
import { SegmentWriter } from '../record/segment-writer.ts';
import { sendSpeech } from '../speech/send-speech.ts';
import { SpeechSegmenter } from '../speech/speech-segmenter.ts';
import { openFanout, type Fanout, type SessionDeps, type SessionStart } from './fanout.ts';
import { SpeechEvents } from './speech-events.ts';

/** How long a recording waits for its last words. */
const SPEECH_WAIT_MS = 60 * SECOND;

export interface MediaPipelineOptions {
  readonly recording: Recording;
  /** Whether another process had the visit before, or this one, and released it. */
  readonly isResumed: boolean;
  readonly start: SessionStart;
  readonly roster: Roster;
  /** Samples received of each track before. */
  readonly received: ReadonlyMap<string, number>;
  /** Speeches that were published before. */
  readonly published: readonly PublishedSpeech[];
  /** Participants begin and end to speak, where that is to be published. */
  readonly onSpeech: (facts: readonly SpeechFact[]) => void;
  /** More is stored, or is not, or is committed by the transcriber. */
  readonly onProgress: () => void;
}

/** The sound of one visit: decoded, mixed, sent to the live consumers, and stored behind their back. */
export class MediaPipeline {
  readonly #deps: SessionDeps;
  readonly #botId: BotId;
  readonly #roster: Roster;
  readonly #mixer: TrackMixer;
  readonly #segmentWriter: SegmentWriter;
  readonly #segmenter = new SpeechSegmenter();
  readonly #fanout: Fanout;
  readonly #tally: AudioTally;
  readonly #voice: BotVoicePlan;
  readonly #speechEvents: SpeechEvents | undefined;
  #isStored = false;
  #isPaused = false;
  #endSamples: number | undefined;

  constructor(deps: SessionDeps, options: MediaPipelineOptions) {
    const { recording, roster, received, start, onProgress } = options;
    const { botId, durableSamples: startSample, durableSequence, shiftMs } = recording;
    const { blobs, storeMemory: memory, clock } = deps;
    this.#deps = deps;
    this.#botId = botId;
    this.#roster = roster;
    this.#voice = start.media.voice;
    this.#mixer = new TrackMixer({ startSample, shiftMs });
    this.#segmentWriter = new SegmentWriter({
      ...{ botId, startSample, blobs, memory, clock },
      log: deps.log.child({ botId }),
      lastWaitMs: deps.storeWaitMs,
      onProgress,
    });
    this.#tally = new AudioTally({
      clockMs: Math.max(0, Math.floor(startSample / SAMPLES_PER_MS) - shiftMs),
      durableSequence,
      tracks: received,
    });
    const ownerOf = (trackId: string) => roster.ownerOf(trackId);
    const wantsSpeech = start.media.speechEvents || start.media.liveAudio.hasSpeechEvents;
    this.#speechEvents = wantsSpeech ? this.#watchSpeech(options) : undefined;
    this.#fanout = openFanout(deps, { ...options, onCommitted: onProgress, ownerOf });
  }

  /** Samples that are mixed, stored or not. */
  get mixedSamples(): number {
    return this.#mixer.position;
  }

  /** All that is to be stored before the recording is made. */
  get storedSamples(): number {
    return this.#segmentWriter.storedSamples;
  }

  setOwner(track: TrackOwner): void {
    this.#fanout.speech?.setOwner(track);
  }

  /** Takes in a batch's sound and captions; returns what has to be safe before its sender may forget it. */
  async add(batch: SequencedBatch, epoch: IngestEpoch): Promise<BatchNeeds> {
    const clockMs = epoch.clockAfter(batch.clockMs);
    const { shiftMs } = epoch;
    this.#isPaused = batch.isPaused;
    await this.#send(this.#mixer.skipTo(Math.min(clockMs, ...batch.frames.map((frame) => frame.arrivedMs))));
    const frames = await this.#mixer.add(batch.frames);
    const others = frames.filter(({ isOwnVoice }) => !isOwnVoice);
    const spoken = this.#voice.isTranscribed ? frames : others;
    this.#tally.take(batch, others);
    this.#segmentWriter.keep(spoken.filter(({ level }) => !isSilent(level)));
    await this.#fanout.live?.add(others, { clockMs, shiftMs });
    this.#speechEvents?.take(others, clockMs + shiftMs);
    await this.#send(this.#mixer.take(clockMs));
    const captionsUntil = this.#fanout.captions?.read(batch, shiftMs);
    const speech = { segmenter: this.#segmenter, stream: this.#fanout.speech };
    const speechUntil = captionsUntil ?? sendSpeech(speech, spoken, clockMs + shiftMs);
    const audioUntil = frames.reduce((end, { at, pcm }) => Math.max(end, at + pcm.length), 0);
    return { sequence: batch.sequence, audioUntil, speechUntil };
  }

  /** The bot is there again: what follows lies `shiftMs` from the zero of the timeline. `clockMs`: the end of the epoch before. */
  async beginEpoch({ shiftMs, clockMs }: { shiftMs: number; clockMs: number }): Promise<void> {
    this.#fanout.speech?.push(this.#segmenter.end());
    await this.#fanout.live?.beginEpoch();
    this.#speechEvents?.end();
    this.#mixer.beginEpoch(shiftMs);
    this.#tally.end(clockMs);
  }

  /** Nothing more will come; the meeting ended at `clockMs` of its epoch's clock. */
  async end(clockMs: number): Promise<void> {
    await this.#send(this.#mixer.skipTo(clockMs));
    await this.#send(this.#mixer.flush(clockMs));
    await this.#fanout.live?.end();
    this.#speechEvents?.end();
    this.#fanout.speech?.push(this.#segmenter.end());
    this.#tally.end(clockMs);
    this.#endSamples = this.mixedSamples;
    this.#deps.watchers.end(this.#botId);
  }

  /** Resolves when the last words are committed, or have taken too long, and everything is stored. */
  async finish(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    const { live, speech } = this.#fanout;
    void live?.finish().catch((error: unknown) => swallow(log, error, 'the customer gets what its socket takes'));
    if (speech) {
      await withTimeout(speech.finish(), { timeoutMs: SPEECH_WAIT_MS, signal, clock }).catch(() => {});
      signal.throwIfAborted();
    }
    await this.#segmentWriter.finish();
    this.#isStored = true;
  }

  /** How far everything is safe. Whole segments only: while the visit lives its last one may still grow. */
  position(epoch: IngestEpoch): SessionPosition {
    const { storedSamples } = this.#segmentWriter;
    const durableSamples = storedSamples - (storedSamples % SEGMENT_SAMPLES);
    const durableSequence = epoch.advance({
      samples: durableSamples,
      committedMs: (trackId) => this.#fanout.speech?.committedMs(trackId) ?? Infinity,
    });
    const { received, lost, tracks } = this.#tally.upTo(this.#isStored ? Infinity : durableSequence);
    const { trouble: storeTrouble } = this.#segmentWriter;
    const position = { durableSamples, durableSequence, endSamples: this.#endSamples };
    return { epoch: epoch.epoch, ...position, received, lost, trackSamples: tracks, storeTrouble };
  }

  /** The position is in the database. */
  onSaved({ trackSamples }: Pick<SessionPosition, 'trackSamples'>): void {
    this.#tally.saved(trackSamples);
  }

  /** Gives the live consumers the time to receive the end. */
  async drain(): Promise<void> {
    await this.#fanout.drain();
  }

  /** Ends the live consumers and the storing at once; `release` follows when no batch is under way any more. */
  async close(): Promise<void> {
    await Promise.all([this.#fanout[Symbol.asyncDispose](), this.#segmentWriter[Symbol.asyncDispose]()]);
  }

  /** Frees the decoders and encoders. */
  release(): void {
    this.#fanout.live?.release();
    this.#mixer[Symbol.dispose]();
  }

  #watchSpeech({ recording, start, roster, published, onSpeech }: MediaPipelineOptions): SpeechEvents {
    const startMs = recording.durableSamples / SAMPLES_PER_MS;
    return new SpeechEvents({
      ...{ plan: start.media, roster, published, startMs, onFacts: onSpeech },
      onChange: (change) => this.#fanout.live?.send(encodeSpeechMessage(recording, change)),
    });
  }

  async #send(slices: Iterable<MixedSlice>): Promise<void> {
    const { live } = this.#fanout;
    for (const { pcm, withOwnVoice = pcm, loudest } of slices) {
      const owner = loudest === undefined ? undefined : this.#roster.ownerOf(loudest);
      const at = this.#mixer.position - pcm.length;
      await live?.mix({ at, pcm, owner });
      const { participantId = '', name = '' } = owner ?? {};
      const slice = { kind: 'audio' as const, at, pcm: withOwnVoice };
      this.#deps.watchers.push(this.#botId, { ...slice, participantId, name, isPaused: this.#isPaused });
      this.#segmentWriter.append(this.#voice.isRecorded ? withOwnVoice : pcm);
    }
  }
}
