import type { LiveAudioPlan, TrackOwner } from '@earshot/kernel';
import { encodeLiveFrame, speakerOf, type LiveFrame, type Speaker } from '../domain/live-frame.ts';
import { createLiveEncoder, type LiveEncoder } from './live-encoder.ts';

/** A piece of the mix. */
export interface MixedAudio {
  /** First sample. */
  readonly at: number;
  readonly pcm: Int16Array;
  /** Whoever is loudest in it. */
  readonly owner: TrackOwner | undefined;
}

/** The messages that the mix is sent by. */
export class MixedFrames implements Disposable {
  readonly #encoder: Promise<LiveEncoder>;
  #last: { speaker: Speaker; at: number } | undefined;

  constructor(plan: Pick<LiveAudioPlan, 'encoding' | 'sampleRate'>) {
    this.#encoder = createLiveEncoder(plan);
  }

  async push({ at, pcm, owner }: MixedAudio): Promise<LiveFrame[]> {
    const speaker = speakerOf(owner);
    this.#last = { speaker, at: at + pcm.length };
    const payloads = (await this.#encoder).encode(pcm);
    return payloads.map((payload) => ({ bytes: encodeLiveFrame(speaker, payload), at, samples: pcm.length }));
  }

  /** Nothing more comes. */
  async end(): Promise<LiveFrame[]> {
    const { speaker = speakerOf(undefined), at = 0 } = this.#last ?? {};
    const payloads = (await this.#encoder).flush();
    return payloads.map((payload) => ({ bytes: encodeLiveFrame(speaker, payload), at, samples: 0 }));
  }

  [Symbol.dispose](): void {
    void this.#encoder.then((encoder) => encoder[Symbol.dispose]());
  }
}
