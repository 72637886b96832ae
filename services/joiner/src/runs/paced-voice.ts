import { AppError, SECOND, type BotSpeechEnded, type Clock, type Log, type SpeechOutcome } from '@earshot/kernel';
import type { WorkerEvent } from '../browser/ipc.ts';
import type { ReportedEvent } from '../domain/bot.ts';
import {
  VOICE_RATE,
  type BotVoice,
  type MicrophoneState,
  type SpeechEvent,
  type VoiceEvent,
} from '../domain/bot-voice.ts';
import { SpeechReports } from '../domain/speech-reports.ts';
import { PIECE_SAMPLES, VoiceQueue } from '../domain/voice-queue.ts';
import type { Place } from '../workers/workers.ts';

const SAMPLES_PER_MS = VOICE_RATE / SECOND;
const TURN_MS = 20;
/** How far what was sent is ahead of what sounds: a machine that is short of time is not silent at once, and a stop drops little. */
const AHEAD_SAMPLES = 200 * SAMPLES_PER_MS;
/** Below this a piece is sent as it is; above, it waits for its turn, so that tiny chunks do not make as many messages. */
const HUNGRY_SAMPLES = 60 * SAMPLES_PER_MS;
/** What sounds is taken to go on for so long after it was last known. */
const MAX_GUESS_MS = 150;
/** For the answer to a stop, in which is how much was heard. */
const STOP_ANSWER_MS = 0.5 * SECOND;
/** A page that has something to sound and does not, for longer than it waits for its microphone. */
const STUCK_MS = 5 * SECOND;

/** What operators watch of one bot's voice. */
export interface VoiceMetrics {
  spoke(speech: Pick<BotSpeechEnded, 'source' | 'outcome'>): void;
  /** So often there was something to say, and nothing to sound. */
  ranDry(times: number): void;
}

export interface PacedVoiceDeps {
  readonly place: Pick<Place, 'say' | 'stopSpeaking'>;
  readonly report: (event: ReportedEvent, at?: number) => void;
  readonly metrics: VoiceMetrics;
  readonly clock: Clock;
  readonly log: Log;
}

type Reply = Extract<WorkerEvent, { case: 'voice' | 'voice-refused' | 'microphone' }>;

/** A bot's voice, with what is needed of it by who runs the bot. */
export interface PacedVoice extends BotVoice {
  onReply(reply: Reply): void;
  /** Nothing is said any more. Ends what is being said, with what is known of it. */
  end(outcome: Extract<SpeechOutcome, 'left' | 'unavailable'>): void;
}

/** Sends what a bot has to say to its page, as fast as it sounds there and a little ahead. Costs nothing while it has nothing to say. */
export function createPacedVoice({ place, report, metrics, clock, log }: PacedVoiceDeps): PacedVoice {
  const queue = new VoiceQueue();
  const reports = new SpeechReports();
  const listeners = new Set<(event: VoiceEvent) => void>();
  const closing = new AbortController();
  let microphone: MicrophoneState = 'unknown';
  let isRunning = false;
  /** When it was last known what sounds, and whether anything did, by the monotonic clock. */
  let known = { at: 0, isSounding: false };
  let progressedAt = 0;
  let underruns = 0;

  const emit = (event: VoiceEvent) => {
    for (const listener of listeners) listener(event);
  };

  function take(events: readonly SpeechEvent[]): void {
    for (const event of events) {
      if (event.case === 'ended') metrics.spoke(event.speech);
      if (reports.admits(event)) {
        if (event.case === 'started') report({ seen: 'speech-started', ...event.speech }, event.at);
        else report({ seen: 'speech-ended', ...event.speech }, event.at);
      }
      emit(event);
    }
  }

  /** What was sent and is taken to have sounded since that was known. */
  function guessed(): number {
    if (!known.isSounding) return 0;
    const sinceMs = Math.min(MAX_GUESS_MS, clock.monotonicNow() - known.at);
    return Math.min(queue.sentSamples, Math.floor(sinceMs * SAMPLES_PER_MS));
  }

  function send(isTurn: boolean): void {
    for (;;) {
      const ahead = queue.sentSamples - guessed();
      if (queue.waitingSamples === 0 || ahead >= AHEAD_SAMPLES) return;
      if (!isTurn && queue.waitingSamples < PIECE_SAMPLES && ahead >= HUNGRY_SAMPLES) return;
      if (queue.sentSamples === 0) progressedAt = clock.monotonicNow();
      place.say(queue.take());
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    while (!queue.isIdle && !closing.signal.aborted) {
      await clock.sleep(TURN_MS, closing.signal).catch(() => {});
      if (closing.signal.aborted) break;
      send(true);
      const now = clock.now();
      take(queue.complete(now));
      take(queue.settle(now - STOP_ANSWER_MS));
      const isStuck = queue.sentSamples > 0 && clock.monotonicNow() - progressedAt >= STUCK_MS;
      if (isStuck) stop('unavailable');
    }
    isRunning = false;
  }

  function stop(outcome: SpeechOutcome): readonly string[] {
    if (queue.isIdle) return [];
    const { stop: number, speechIds } = queue.stop(outcome, clock.now());
    known = { at: 0, isSounding: false };
    place.stopSpeaking(number);
    return speechIds;
  }

  function onReply(reply: Reply): void {
    if (closing.signal.aborted) return;
    if (reply.case === 'voice-refused') return void (reply.stop === queue.stops && stop(reply.outcome));
    if (reply.case === 'microphone') {
      microphone = reply.state;
      return emit(reply);
    }
    const { stop: number, soundedSamples: samples, bufferedSamples, at } = reply;
    const before = queue.sentSamples;
    take(queue.sound({ stop: number, samples, at }));
    if (queue.sentSamples < before) progressedAt = clock.monotonicNow();
    known = { at: clock.monotonicNow(), isSounding: bufferedSamples > 0 && queue.sentSamples > 0 };
    metrics.ranDry(Math.max(0, reply.underruns - underruns));
    underruns = Math.max(underruns, reply.underruns);
    send(false);
    take(queue.complete(clock.now()));
  }

  const queuedSamples = () => queue.waitingSamples + queue.sentSamples - guessed();

  return {
    say(chunk) {
      if (closing.signal.aborted) throw new AppError('failed-precondition', 'the bot is out of its meeting');
      queue.push(chunk);
      send(false);
      if (!isRunning) void run();
    },
    interrupt: (outcome) => stop(outcome),
    get isSpeaking() {
      return queuedSamples() > 0;
    },
    get queuedMs() {
      return queuedSamples() / SAMPLES_PER_MS;
    },
    get heardMs() {
      return Math.round(queue.soundedOf(guessed()) / SAMPLES_PER_MS);
    },
    get microphone() {
      return microphone;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onReply,
    end(outcome) {
      if (closing.signal.aborted) return;
      queue.stop(outcome, clock.now());
      take(queue.settle(Infinity));
      closing.abort();
      if (underruns > 0 || reports.skipped > 0)
        log.info('voice over', { underruns, unreportedSpeeches: reports.skipped });
    },
  };
}
