import { AppError, SECOND, type BotSpeechStarted, type SpeechOutcome } from '@earshot/kernel';
import { MAX_QUEUED_MS, VOICE_RATE, type SpeechEvent, type VoiceChunk } from './bot-voice.ts';

const SAMPLES_PER_MS = VOICE_RATE / SECOND;
/** What is sent at a time, 20 ms. */
export const PIECE_SAMPLES = 20 * SAMPLES_PER_MS;
/** What is queued lies in blocks of a tenth of a second, however small the chunks are in which it comes. */
const BLOCK_SAMPLES = 100 * SAMPLES_PER_MS;
/** How many speeches may wait: shorter ones than 60 ms are none. */
const MAX_SPEECHES = 1000;
/** A speech without a known end is over when nothing more of it came for so long after the last was heard. */
const OPEN_END_MS = SECOND;

interface Speech {
  readonly started: BotSpeechStarted;
  totalSamples: number;
  soundedSamples: number;
  isComplete: boolean;
  isStarted: boolean;
  /** Since when all that came of it has sounded, milliseconds since 1970. */
  soundedAt: number | undefined;
}

interface Block {
  readonly speech: Speech;
  readonly pcm: Int16Array;
  /** Where its samples begin that were not sent. */
  from: number;
  to: number;
}

/** What was sent and did not sound yet. */
interface Sent {
  readonly speech: Speech;
  samples: number;
}

/** What was dropped: how much of it had sounded by then is still to be told. */
interface Stopped {
  readonly stop: number;
  readonly at: number;
  readonly sent: Sent[];
  readonly speeches: readonly Speech[];
  readonly outcome: SpeechOutcome;
}

/** How much has sounded since the visit began, by whoever plays it. */
export interface Sounded {
  /** The last stop that it goes by: see `stop`. */
  readonly stop: number;
  readonly samples: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What a bot is to say, in order: what waits, what was sent to be played, and what has sounded of each speech. */
export class VoiceQueue {
  #waiting: Block[] = [];
  #waitingSamples = 0;
  #sent: Sent[] = [];
  #sentSamples = 0;
  #speeches: Speech[] = [];
  #stopped: Stopped[] = [];
  #stops = 0;
  #sounded = 0;

  get waitingSamples(): number {
    return this.#waitingSamples;
  }

  /** What was sent, and is not known to have sounded. */
  get sentSamples(): number {
    return this.#sentSamples;
  }

  /** How often it was stopped. */
  get stops(): number {
    return this.#stops;
  }

  /** Whether there is nothing to expect: no speech that may go on, and no stop that was not answered. */
  get isIdle(): boolean {
    return this.#speeches.length === 0 && this.#stopped.length === 0;
  }

  /** How much of the speech that sounds has, where `ahead` samples of those that were sent have sounded beside the known ones. */
  soundedOf(ahead: number): number {
    const [first] = this.#sent;
    return first?.speech.isStarted ? first.speech.soundedSamples + Math.min(ahead, first.samples) : 0;
  }

  /** Throws `resource-exhausted` where there is no room; then nothing of the chunk is queued. An empty one begins no speech. */
  push({ pcm, isLast = false, speechId, source }: VoiceChunk): void {
    const queuedMs = (this.#waitingSamples + this.#sentSamples + pcm.length) / SAMPLES_PER_MS;
    if (queuedMs > MAX_QUEUED_MS) throw new AppError('resource-exhausted', 'no room in the queue of the voice');
    let speech = this.#speeches.find(({ started }) => started.speechId === speechId);
    if (!speech) {
      // The end of one that is over already.
      if (pcm.length === 0) return;
      if (this.#speeches.length >= MAX_SPEECHES) throw new AppError('resource-exhausted', 'too many speeches wait');
      const counts = { totalSamples: 0, soundedSamples: 0, isStarted: false, soundedAt: undefined };
      speech = { started: { speechId, source }, ...counts, isComplete: false };
      this.#speeches.push(speech);
    }
    speech.totalSamples += pcm.length;
    speech.isComplete ||= isLast;
    if (pcm.length > 0) speech.soundedAt = undefined;
    for (let at = 0; at < pcm.length; at += BLOCK_SAMPLES) this.#append(speech, pcm.subarray(at, at + BLOCK_SAMPLES));
  }

  /** Takes out what is to be sent next, a piece at most. */
  take(): Int16Array {
    const block = this.#waiting[0];
    if (!block) return new Int16Array();
    const pcm = block.pcm.slice(block.from, Math.min(block.to, block.from + PIECE_SAMPLES));
    block.from += pcm.length;
    if (block.from === block.to) this.#waiting.shift();
    this.#waitingSamples -= pcm.length;
    this.#sentSamples += pcm.length;
    const last = this.#sent.at(-1);
    if (last?.speech === block.speech) last.samples += pcm.length;
    else this.#sent.push({ speech: block.speech, samples: pcm.length });
    return pcm;
  }

  /** Takes what is known to have sounded; answers what came of it. Nothing sounds that was not sent. */
  sound({ stop, samples, at }: Sounded): SpeechEvent[] {
    const events: SpeechEvent[] = [];
    const added = Math.max(0, samples - this.#sounded);
    this.#sounded += added;
    const answered = this.#stopped.filter((stopped) => stopped.stop <= stop);
    const before = this.#stopped[0];
    if (before) {
      // Whoever answers a stop has not played what came after it.
      events.push(...advance(before.sent, { samples: added, at }));
      this.#stopped = this.#stopped.filter((stopped) => stopped.stop > stop);
    } else if (stop === this.#stops) {
      const left = this.#sent.reduce((sum, sent) => sum + sent.samples, 0);
      this.#sentSamples = Math.max(0, left - added);
      events.push(...advance(this.#sent, { samples: added, at }));
    }
    return [...events, ...answered.flatMap((stopped) => endStopped(stopped, at))];
  }

  /** Answers the speeches that are over: all was heard that came of them, and no more is to be expected. */
  complete(now: number): SpeechEvent[] {
    const over = this.#speeches.filter(
      ({ isComplete, totalSamples, soundedSamples, soundedAt = now }) =>
        soundedSamples === totalSamples && (isComplete || now - soundedAt >= OPEN_END_MS),
    );
    if (over.length === 0) return [];
    this.#speeches = this.#speeches.filter((speech) => !over.includes(speech));
    return over.map((speech) => toEnded(speech, 'completed', speech.soundedAt ?? now));
  }

  /**
   * Drops all that waits and sounds; answers the number of the stop, by which `sound` knows what sounded before it, and the ids of the
   * speeches. They end when that is known.
   */
  stop(outcome: SpeechOutcome, at: number): { readonly stop: number; readonly speechIds: readonly string[] } {
    const isUnheard = ({ totalSamples, soundedSamples }: Speech) => soundedSamples < totalSamples;
    const speeches = this.#speeches;
    this.#stopped.push({ stop: ++this.#stops, at, sent: this.#sent, speeches, outcome });
    this.#speeches = [];
    this.#sent = [];
    this.#waiting = [];
    this.#sentSamples = 0;
    this.#waitingSamples = 0;
    return { stop: this.#stops, speechIds: speeches.filter(isUnheard).map(({ started }) => started.speechId) };
  }

  /** Ends what was stopped before `until` and is not answered, with what is known. */
  settle(until: number): SpeechEvent[] {
    const late = this.#stopped.filter(({ at }) => at <= until);
    this.#stopped = this.#stopped.filter((stopped) => !late.includes(stopped));
    return late.flatMap((stopped) => endStopped(stopped, stopped.at));
  }

  #append(speech: Speech, pcm: Int16Array): void {
    let rest = pcm;
    const last = this.#waiting.at(-1);
    if (last?.speech === speech) {
      const fitting = rest.subarray(0, last.pcm.length - last.to);
      last.pcm.set(fitting, last.to);
      last.to += fitting.length;
      rest = rest.subarray(fitting.length);
    }
    if (rest.length > 0) {
      const block = new Int16Array(BLOCK_SAMPLES);
      block.set(rest);
      this.#waiting.push({ speech, pcm: block, from: 0, to: rest.length });
    }
    this.#waitingSamples += pcm.length;
  }
}

/** Moves on by so many samples through what was sent. */
function advance(sent: Sent[], { samples, at }: { samples: number; at: number }): SpeechEvent[] {
  const events: SpeechEvent[] = [];
  let left = samples;
  for (let first = sent[0]; first && left > 0; first = sent[0]) {
    const { speech } = first;
    const taken = Math.min(left, first.samples);
    left -= taken;
    first.samples -= taken;
    speech.soundedSamples += taken;
    if (!speech.isStarted) events.push({ case: 'started', speech: speech.started, at });
    speech.isStarted = true;
    if (speech.soundedSamples === speech.totalSamples) speech.soundedAt = at;
    if (first.samples === 0) sent.shift();
  }
  return events;
}

function endStopped({ speeches, outcome }: Stopped, at: number): SpeechEvent[] {
  return speeches.map((speech) => {
    const isWhole = speech.soundedSamples === speech.totalSamples && speech.totalSamples > 0;
    return toEnded(speech, isWhole ? 'completed' : outcome, at);
  });
}

function toEnded({ started, soundedSamples, totalSamples }: Speech, outcome: SpeechOutcome, at: number): SpeechEvent {
  const heardMs = Math.round(soundedSamples / SAMPLES_PER_MS);
  const totalMs = Math.round(totalSamples / SAMPLES_PER_MS);
  return { case: 'ended', speech: { ...started, outcome, heardMs, totalMs }, at };
}
