import { AppError, type Clock } from '@earshot/kernel';
import { cutBefore, type UncommittedAudio } from '../domain/uncommitted-audio.ts';
import { PendingTurns } from '../domain/pending-turns.ts';
import { SessionClock, type Interval } from '../domain/session-clock.ts';
import type { Word } from '../domain/transcript.ts';
import type {
  CloseReason,
  EngineFinal,
  EngineUtterance,
  OpenOptions,
  StreamingSession,
} from '../engines/speech-engine.ts';
import { FinalsMerger } from './finals-merger.ts';

/** What is sent to every engine; the media-streamer resamples. */
export const SAMPLE_RATE = 16_000;

/** Words of one track; times are meeting clock, milliseconds. */
export interface TimedWords extends Interval {
  readonly text: string;
  readonly words: readonly Word[];
}

export interface SttSessionOptions {
  readonly kept: UncommittedAudio;
  /** Meeting clock before which everything is known: audio from before is not sent, words from before are doubles. */
  readonly floorMs: number;
  /** Whether a turn's words are sent together. */
  readonly isBySentence: boolean;
  readonly clock: Clock;
  readonly onPartial: (heard: TimedWords) => void;
  /** `saidMs`: the end of these words, and never beyond what was sent. */
  readonly onFinal: (heard: TimedWords, saidMs: number) => void;
  /** Every final from before `atMs` has come. */
  readonly onSettled: (atMs: number) => void;
  /** The turn that ended at `atMs` had partials and no final. True: the session is given up, its speech is sent to another. */
  readonly onOverdue: (atMs: number) => boolean;
}

/** One session with a provider about one track: sends what is kept, and puts the answers on the meeting clock. */
export class SttSession {
  readonly #options: SttSessionOptions;
  readonly #meeting = new SessionClock(SAMPLE_RATE);
  readonly #turns = new PendingTurns();
  #session: StreamingSession | undefined;
  /** What was sent last is the end of a turn: a session that ends here cuts no word in two. */
  #isBetweenTurns = true;
  #isCloseWanted = false;
  #isClosing = false;
  #order = 0;
  #sentEndMs = 0;
  #lastSpeechAt: number;
  #openedAt = 0;

  constructor(options: SttSessionOptions) {
    this.#options = options;
    this.#lastSpeechAt = options.clock.now();
  }

  /** Its usage; undefined when there was no session. */
  get usage(): { readonly audioMs: number; readonly openMs: number } | undefined {
    return this.#session && { audioMs: this.#meeting.sentMs, openMs: this.#options.clock.now() - this.#openedAt };
  }

  /** Sends until the session ends. */
  async run(
    open: (options: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'onEndOfSpeech'>) => Promise<StreamingSession>,
  ) {
    const { clock, onSettled, isBySentence } = this.#options;
    const handlers = {
      onPartial: (utterance: EngineUtterance) => this.#hearPartial(utterance),
      onFinal: (final: EngineFinal) => this.#hearFinal(final),
      onEndOfSpeech: () => this.#turns.noteEndOfSpeech(clock.now()),
    };
    const merger = isBySentence ? new FinalsMerger(handlers) : undefined;
    try {
      this.#session = await open(merger ?? handlers);
    } catch (error) {
      return { kind: 'failed', error: AppError.from(error) } satisfies CloseReason;
    }
    this.#openedAt = this.#lastSpeechAt = clock.now();
    this.sendKept();
    if (this.#isCloseWanted) this.close();
    const reason = await this.#session.closed;
    // Every final has come: what was sent is done, also where a turn had no words.
    if (reason.kind === 'closed') {
      merger?.end();
      onSettled(this.#sentEndMs);
    }
    return reason;
  }

  /** Sends what was not sent before. */
  sendKept(): void {
    if (!this.#session || this.#isClosing) return;
    const { kept, floorMs, clock } = this.#options;
    for (const { order, item: whole } of kept.after(this.#order)) {
      this.#order = order;
      this.#sentEndMs = Math.max(this.#sentEndMs, whole.endMs);
      const item = cutBefore(whole, floorMs);
      if (!item) continue;
      this.#isBetweenTurns = item.kind === 'end-of-speech';
      if (item.kind === 'speech') {
        this.#lastSpeechAt = clock.now();
        this.#meeting.sent(item.atMs, item.pcm.length);
        this.#session.send(item.pcm);
      } else {
        this.#turns.ended({ atMs: item.atMs, sessionMs: this.#meeting.sentMs, now: clock.now() });
        this.#session.finalize();
      }
    }
  }

  /** Ends the session once everything kept is sent and every final has come. */
  close(): void {
    this.#isCloseWanted = true;
    if (!this.#session || this.#isClosing) return;
    this.sendKept();
    this.#isClosing = true;
    void this.#session.close();
  }

  /**
   * Time has passed. A session ends between turns, when no speech came for `idleMs` or it is `longestMs` old, and when
   * nothing came of a turn.
   */
  tick({ idleMs, longestMs }: { idleMs: number; longestMs: number }): void {
    if (!this.#session || this.#isClosing) return;
    this.#settle();
    const now = this.#options.clock.now();
    const isDue = now - this.#lastSpeechAt >= idleMs || now - this.#openedAt >= longestMs;
    if (this.#turns.isEmpty && isDue) this.close();
  }

  #hearPartial(utterance: EngineUtterance): void {
    this.#turns.notePartial(utterance);
    const heard = this.#toMeeting(utterance);
    if (heard) this.#options.onPartial(heard);
  }

  #hearFinal({ isEndOfSpeech, ...utterance }: EngineFinal): void {
    const heard = this.#toMeeting(utterance);
    if (heard) this.#options.onFinal(heard, Math.min(heard.endMs, this.#sentEndMs));
    this.#turns.noteFinal({ startMs: utterance.startMs, isEndOfSpeech, now: this.#options.clock.now() });
    this.#settle();
  }

  #settle(): void {
    const now = this.#options.clock.now();
    const overdueMs = this.#turns.overdue(now);
    if (overdueMs !== undefined && this.#options.onOverdue(overdueMs)) return;
    const atMs = this.#turns.settle(now);
    if (atMs !== undefined) this.#options.onSettled(atMs);
    // A provider that ends a session properly has sent all finals; one that does not is mute, and another session gets the speech.
    if (this.#isBetweenTurns && this.#turns.isUnanswered(now)) this.close();
  }

  #toMeeting(utterance: EngineUtterance): TimedWords | undefined {
    const words = utterance.words
      .map(({ text, punctuated, confidence, ...times }) => ({
        ...{ text, punctuated, confidence },
        ...this.#meeting.toMeeting(times),
      }))
      .filter((word) => word.endMs > this.#options.floorMs);
    const [first] = words;
    const last = words.at(-1);
    if (!first || !last) return undefined;
    const isWhole = words.length === utterance.words.length;
    const text = isWhole ? utterance.text : words.map((word) => word.punctuated).join(' ');
    return { text, words, startMs: first.startMs, endMs: last.endMs };
  }
}
