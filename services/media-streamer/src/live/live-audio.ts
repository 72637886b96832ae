import type { LiveAudioPlan } from '@earshot/kernel';
import type { TimedFrame } from '../audio/track-mixer.ts';
import type { LiveFrame } from '../domain/live-frame.ts';
import { LiveAudioSocket, type LiveAudioSocketOptions } from './live-audio-socket.ts';
import { MixedFrames, type MixedAudio } from './mixed-audio.ts';
import { SeparateFrames, type LiveClock, type SeparateFramesOptions } from './separate-audio.ts';

export interface LiveAudioOptions
  extends Omit<LiveAudioSocketOptions, 'isSeparate'>, Pick<SeparateFramesOptions, 'ownerOf'> {
  readonly plan: LiveAudioPlan;
}

/** What a visit says, as its customer's socket gets it: the mix, or each voice by itself. */
export class LiveAudio implements AsyncDisposable {
  readonly #socket: LiveAudioSocket;
  readonly #mixed: MixedFrames | undefined;
  readonly #separate: SeparateFrames | undefined;

  constructor({ plan, ownerOf, ...options }: LiveAudioOptions) {
    const { isSeparate } = plan;
    this.#socket = new LiveAudioSocket({ ...options, isSeparate });
    this.#mixed = isSeparate ? undefined : new MixedFrames(plan);
    this.#separate = isSeparate ? new SeparateFrames({ plan, ownerOf }) : undefined;
  }

  /** A piece of the mix, in order. */
  async mix(audio: MixedAudio): Promise<void> {
    if (this.#mixed) this.#send(await this.#mixed.push(audio));
  }

  /** What came of all tracks until the clock showed that. */
  async add(frames: readonly TimedFrame[], clock: LiveClock): Promise<void> {
    if (this.#separate) this.#send(await this.#separate.push(frames, clock));
  }

  /** Behind all that was sent before. */
  send(message: LiveFrame): void {
    this.#socket.send(message);
  }

  /** What follows is of other tracks, on the same timeline. */
  async beginEpoch(): Promise<void> {
    if (this.#separate) this.#send(await this.#separate.end());
  }

  /** Nothing more comes. */
  async end(): Promise<void> {
    if (this.#mixed) this.#send(await this.#mixed.end());
    if (this.#separate) this.#send(await this.#separate.end());
  }

  /** As LiveAudioSocket does. */
  finish(): Promise<void> {
    return this.#socket.finish();
  }

  /** Frees what encodes, when nothing is under way any more. */
  release(): void {
    this.#mixed?.[Symbol.dispose]();
    this.#separate?.[Symbol.dispose]();
  }

  /** This process ends, the visit does not: the next one connects again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }

  #send(frames: readonly LiveFrame[]): void {
    for (const frame of frames) this.#socket.send(frame);
  }
}
