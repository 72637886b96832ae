import { randomUUID } from 'node:crypto';
import { AppError, MINUTE, SECOND, type Clock, type Log, type TrackOwner } from '@earshot/kernel';
import type { LiveChange } from '../actions/commit-live.ts';
import type { OpenedLive } from '../actions/open-live.ts';
import { attributeOne } from '../domain/attribution.ts';
import { describeFailure } from '../domain/failure.ts';
import type { SpeechItem } from '../domain/uncommitted-audio.ts';
import type { MissedSpeech } from '../domain/missed-speech.ts';
import type { Utterance } from '../domain/transcript.ts';
import type { EngineOptions, StreamingEngine } from '../engines/speech-engine.ts';
import type { CommitQueue } from './commit-queue.ts';
import { SAMPLE_RATE } from './stt-session.ts';
import { SessionSlots } from './session-slots.ts';
import type { TimedWords } from './timed-words.ts';
import { TrackTranscriber } from './track-transcriber.ts';
import { utteranceId } from './utterance-id.ts';

const TICK_MS = SECOND / 4;
/** Sessions of one visit at a time. In no meeting that anybody follows do more speak; each costs, and providers bound them. */
const MOST_SESSIONS = 16;
/** How long the last words of a visit are waited for, beyond the time it takes to send what is left. */
const FINISH_MS = MINUTE;

export interface LiveEngine {
  /** One track's engine, and the name of the provider that was asked last, who sends the bill. */
  readonly forTrack: () => StreamingEngine & { readonly name: string };
  readonly options: EngineOptions;
  /** Whether a turn's words are sent together. */
  readonly isBySentence: boolean;
}

export interface LiveTranscriptionOptions {
  readonly transcriptId: string;
  readonly opened: OpenedLive;
  /** Throws AppErrors with the reason why there is none. */
  readonly engine: () => LiveEngine;
  readonly queue: Pick<CommitQueue<LiveChange>, 'push' | 'idle'>;
  readonly onPartial: (utterance: Utterance) => void;
  /** Called without a commit: for what a failed transcript was sent. */
  readonly onDropped: (trackId: string, committedMs: number) => void;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Track {
  readonly transcriber: TrackTranscriber;
  /** The number of its next utterance. */
  number: number;
  finalizedMs: number;
}

type LiveState =
  | { readonly kind: 'transcribing'; readonly engine: LiveEngine }
  /** The transcript has failed, or was finished before: what comes is acknowledged, so that nobody keeps it for ever. */
  | { readonly kind: 'closed' };

/** One visit's speech, on its way to words. */
export class LiveTranscription {
  readonly #options: LiveTranscriptionOptions;
  readonly #tracks = new Map<string, Track>();
  readonly #speakers: Map<string, TrackOwner>;
  readonly #slots = new SessionSlots(MOST_SESSIONS);
  #state: LiveState;
  #hasWords: boolean;

  constructor(options: LiveTranscriptionOptions) {
    const { opened } = options;
    this.#options = options;
    this.#speakers = new Map(opened.speakers.map((speaker) => [speaker.trackId, speaker]));
    this.#hasWords = opened.positions.some(({ utterances }) => utterances > 0);
    this.#state = opened.isClosed ? { kind: 'closed' } : this.#begin();
    void this.#tick();
  }

  push(trackId: string, item: SpeechItem): void {
    if (this.#state.kind === 'closed') return this.#options.onDropped(trackId, item.endMs);
    this.#trackOf(trackId, this.#state.engine).transcriber.push(item);
  }

  /** Speech that did not get here. */
  miss(missed: MissedSpeech): void {
    if (this.#state.kind !== 'closed') this.#options.queue.push({ kind: 'missed', missed: [missed] });
  }

  name(speaker: TrackOwner): void {
    this.#speakers.set(speaker.trackId, speaker);
    this.#options.queue.push({ kind: 'named', speaker });
  }

  /** Nothing more will come. Resolves when all that came is committed. */
  async finish(): Promise<void> {
    const { clock, queue, signal, log } = this.#options;
    const transcribers = Array.from(this.#tracks.values(), ({ transcriber }) => transcriber);
    const patience = new AbortController();
    // Some providers take audio no faster than it is spoken.
    const waitMs = FINISH_MS + Math.max(0, ...transcribers.map(({ leftMs }) => leftMs));
    await Promise.race([
      Promise.all(transcribers.map((transcriber) => transcriber.finish())),
      clock.sleep(waitMs, AbortSignal.any([signal, patience.signal])).catch(() => {}),
    ]);
    patience.abort();
    if (signal.aborted) return;
    const error = transcribers.map(({ lastError }) => lastError).find((last) => last !== undefined);
    if (error) log.warn('the last words of a visit are given up', { code: error.code });
    if (error && !this.#hasWords && this.#state.kind !== 'closed') this.#fail(error);
    else for (const transcriber of transcribers) transcriber.giveUp();
    queue.push({ kind: 'finished' });
    await queue.idle();
  }

  #begin(): LiveState {
    try {
      return { kind: 'transcribing', engine: this.#options.engine() };
    } catch (error) {
      this.#reportFailure(AppError.from(error));
      return { kind: 'closed' };
    }
  }

  /** A refusal holds for every track. */
  #fail(error: AppError): void {
    if (this.#state.kind === 'closed') return;
    this.#state = { kind: 'closed' };
    this.#reportFailure(error);
    for (const { transcriber } of this.#tracks.values()) transcriber.giveUp();
  }

  #reportFailure(error: AppError): void {
    const { queue, log } = this.#options;
    const failure = describeFailure(error);
    log.warn('live transcript failed', { code: error.code, reason: failure });
    queue.push({ kind: 'failed', failure });
  }

  #trackOf(trackId: string, { forTrack, options: engineOptions, isBySentence }: LiveEngine): Track {
    const known = this.#tracks.get(trackId);
    if (known) return known;
    const { clock, log, opened, queue, signal } = this.#options;
    const position = opened.positions.find((each) => each.trackId === trackId);
    const committedMs = position?.committedMs ?? 0;
    const engine = forTrack();
    const transcriber = new TrackTranscriber({
      committedMs,
      open: (handlers) => engine.open({ ...handlers, sampleRate: SAMPLE_RATE, engineOptions }),
      isBySentence,
      onPartial: (words) => this.#options.onPartial(this.#utteranceOf(trackId, track, words)),
      onFinal: (words, finalizedMs) => {
        const utterance = this.#utteranceOf(trackId, track, words);
        this.#hasWords = true;
        track.number += 1;
        track.finalizedMs = finalizedMs;
        queue.push({ kind: 'utterance', utterance, position: positionOf(trackId, track) });
      },
      onFinalized: (finalizedMs) => {
        track.finalizedMs = finalizedMs;
        queue.push({ kind: 'position', position: positionOf(trackId, track) });
      },
      slots: this.#slots,
      onUsage: (usage) => {
        queue.push({ kind: 'usage', usage: { usageId: randomUUID(), engine: engine.name, ...usage } });
      },
      onMissed: (speech) => {
        // Of a failed transcript it is reported why there are no more words.
        if (this.#state.kind === 'closed') return;
        queue.push({ kind: 'missed', missed: speech.map((interval) => ({ trackId, ...interval })) });
      },
      onRefused: (error) => this.#fail(error),
      ...{ clock, log: log.child({ trackId }), signal },
    });
    const track: Track = { transcriber, number: position?.utterances ?? 0, finalizedMs: committedMs };
    this.#tracks.set(trackId, track);
    return track;
  }

  #utteranceOf(trackId: string, { number }: Track, { text, words, startMs, endMs }: TimedWords): Utterance {
    const id = utteranceId(this.#options.transcriptId, trackId, number);
    const spoken = { utteranceId: id, trackId, number, label: '', text, startMs, endMs, words };
    return attributeOne(spoken, this.#speakers.get(trackId));
  }

  async #tick(): Promise<void> {
    const { clock, signal } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(TICK_MS, signal).catch(() => {});
      for (const { transcriber } of this.#tracks.values()) transcriber.tick();
    }
  }
}

function positionOf(trackId: string, { finalizedMs, number }: Track) {
  return { trackId, committedMs: finalizedMs, utterances: number };
}
