import { AppError, SECOND, swallow, type Clock, type Log } from '@earshot/kernel';
import { MAX_QUEUED_MS, VOICE_RATE, type BotVoice, type VoiceEvent } from '../domain/bot-voice.ts';
import type { TextToSpeech } from './text-to-speech.ts';

/** Texts that wait for the one that is being said. */
const MAX_WAITING = 8;
/** Ids of speeches that are known when they come again. */
const REMEMBERED = 1000;
/** Pieces in which a speech engine's answer is queued: what it sends at a time may be longer than there is room for. */
const PIECE_SAMPLES = VOICE_RATE / 4;
/** A full queue is looked at again so often. */
const ROOM_MS = 200;

/** What was queued of a speech. */
export interface Queued {
  readonly durationMs: number;
}

/** What a bot says on request: whole sounds, and texts that become speech while they are said. */
export interface BotSpeaker {
  /** Queues a sound, all of it or nothing. Throws `resource-exhausted` where there is no room, `invalid-argument` where `read` does. */
  sayAudio(speechId: string, read: () => Promise<Int16Array>): Promise<Queued>;
  /**
   * Queues a text as speech, as it comes, behind the texts before it. Resolves once all is queued, or as much as there is room for: the rest
   * follows as the room comes. Throws `failed-precondition` where no engine is configured, `unavailable` where it fails,
   * `resource-exhausted` where too many texts wait or there is room for nothing, `cancelled` where it was interrupted before.
   */
  sayText(speechId: string, text: string): Promise<Queued>;
  /** Silence at once; what waits of texts is not said any more either. Answers the ids of both. */
  interrupt(outcome: Parameters<BotVoice['interrupt']>[0]): readonly string[];
}

export interface BotSpeakerDeps {
  readonly voice: BotVoice;
  /** Undefined where none is configured. */
  readonly textToSpeech: TextToSpeech | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const durationMs = (samples: number) => Math.round((samples * SECOND) / VOICE_RATE);

export function createBotSpeaker({ voice, textToSpeech, clock, log }: BotSpeakerDeps): BotSpeaker {
  const known = new Map<string, Promise<Queued>>();
  const texts = new Map<string, AbortController>();
  /** Of whose text a part was queued: it is not said again from its beginning. */
  const begun = new Set<string>();
  let tail: Promise<unknown> = Promise.resolve();

  voice.subscribe((event: VoiceEvent) => {
    // Who falls silent for whatever reason does not begin again in the middle of a text.
    if (event.case === 'ended' && event.speech.outcome !== 'completed') abort(event.speech.speechId);
  });

  function abort(speechId: string): void {
    texts.get(speechId)?.abort(new AppError('cancelled', 'the speech was interrupted before it began'));
  }

  /** The same again is answered and not said again; what failed before anything of it was queued may be tried again. */
  function once(speechId: string, say: () => Promise<Queued>): Promise<Queued> {
    const before = known.get(speechId);
    if (before) return before;
    const said = say();
    known.set(speechId, said);
    said.catch(() => void (begun.has(speechId) || known.delete(speechId)));
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(oldest);
      begun.delete(oldest);
    }
    return said;
  }

  async function queueText(speechId: string, text: string): Promise<Queued> {
    if (!textToSpeech)
      throw new AppError(
        'failed-precondition',
        'text needs a text-to-speech engine, and this server has none configured',
      );
    if (texts.size > MAX_WAITING) throw new AppError('resource-exhausted', 'too many texts wait to be said');
    const stopping = new AbortController();
    texts.set(speechId, stopping);
    const answer = Promise.withResolvers<Queued>();
    const saying = tail.then(() => stream({ speechId, text, engine: textToSpeech, signal: stopping.signal }, answer));
    tail = saying
      .catch((error: unknown) => {
        swallow(log, error, 'whoever asked for it is told, unless part of it was said');
        answer.reject(error);
      })
      .finally(() => texts.delete(speechId));
    return answer.promise;
  }

  /** Says it as it comes; answers as soon as there is no room, or at the end. */
  async function stream(
    { speechId, text, engine, signal }: { speechId: string; text: string; engine: TextToSpeech; signal: AbortSignal },
    answer: PromiseWithResolvers<Queued>,
  ): Promise<void> {
    signal.throwIfAborted();
    let samples = 0;
    const say = (pcm: Int16Array, isLast = false) => {
      voice.say({ speechId, source: 'api', pcm, isLast });
      samples += pcm.length;
      begun.add(speechId);
    };
    for await (const pcm of engine.speak(text, signal)) {
      for (let at = 0; at < pcm.length; at += PIECE_SAMPLES) {
        const piece = pcm.subarray(at, at + PIECE_SAMPLES);
        while (voice.queuedMs + durationMs(piece.length) > MAX_QUEUED_MS) {
          if (samples === 0)
            throw new AppError('resource-exhausted', 'there is no room in the queue of what the bot says');
          answer.resolve({ durationMs: durationMs(samples) });
          await clock.sleep(ROOM_MS, signal);
        }
        signal.throwIfAborted();
        say(piece);
      }
    }
    say(new Int16Array(0), true);
    answer.resolve({ durationMs: durationMs(samples) });
  }

  return {
    sayAudio: (speechId, read) =>
      once(speechId, async () => {
        const pcm = await read();
        voice.say({ speechId, source: 'api', pcm, isLast: true });
        return { durationMs: durationMs(pcm.length) };
      }),
    sayText: (speechId, text) => once(speechId, () => queueText(speechId, text)),
    interrupt(outcome) {
      const waiting = [...texts.keys()];
      for (const speechId of waiting) abort(speechId);
      return [...new Set([...voice.interrupt(outcome), ...waiting])];
    },
  };
}
