import { MINUTE } from '@earshot/kernel';
import type { SpeechEvent } from './bot-voice.ts';

/** A socket may say a thousand words one by one: as many speeches are reported in a minute as any conversation has. */
const MAX_A_MINUTE = 60;

/** Which of a bot's speeches are reported to the scheduler: all that were asked for by a call, and so many of the socket's. */
export class SpeechReports {
  /** Speeches that were not reported. */
  skipped = 0;
  #recent: number[] = [];
  /** Of those that began to sound. */
  readonly #begun = new Map<string, boolean>();

  /** Whether this is reported: the end of a speech is if its beginning was. */
  admits({ case: what, speech, at }: SpeechEvent): boolean {
    const { speechId, source } = speech;
    const isReported = this.#begun.get(speechId) ?? (source === 'api' || this.#hasRoom(at));
    if (what === 'started') this.#begun.set(speechId, isReported);
    else this.#begun.delete(speechId);
    if (!isReported && what === 'ended') this.skipped += 1;
    return isReported;
  }

  #hasRoom(at: number): boolean {
    this.#recent = this.#recent.filter((reportedAt) => at - reportedAt < MINUTE);
    if (this.#recent.length >= MAX_A_MINUTE) return false;
    this.#recent.push(at);
    return true;
  }
}
