import type { Readable } from 'node:stream';
import type { AudioType } from '../contract/speak.ts';
import { emptyBody } from '../contract/read.ts';
import { Refused } from './refused.ts';

/**
 * Audio that is sent on while it comes. What came is kept, at most `most` bytes of it, since a bot that has moved is sent it again from
 * its beginning.
 */
export class AudioBody {
  readonly type: AudioType;
  readonly #source: Readable;
  readonly #most: number;
  readonly #chunks: Buffer[] = [];
  #state: 'unread' | 'reading' | 'whole' | 'failed' = 'unread';
  #failure: unknown;
  #change = Promise.withResolvers<void>();

  constructor(source: Readable, { type, most }: { type: AudioType; most: number }) {
    this.#source = source;
    this.type = type;
    this.#most = most;
  }

  /** Why it did not come whole; undefined while it may. */
  get failure(): unknown {
    return this.#failure;
  }

  /** All of it from its beginning, as it comes. Throws `Refused` for too much of it, and `BadRequest` for none. */
  async *read(): AsyncGenerator<Buffer> {
    if (this.#state === 'unread') void this.#receive();
    for (let at = 0; ;) {
      const chunk = this.#chunks[at];
      const { promise } = this.#change;
      if (this.#state === 'failed') throw this.#failure;
      if (chunk) {
        at += 1;
        yield chunk;
      } else if (this.#state === 'whole') return;
      else await promise;
    }
  }

  async #receive(): Promise<void> {
    this.#state = 'reading';
    let bytes = 0;
    try {
      // Who is refused in the middle of a body is still there to be answered.
      for await (const chunk of this.#source.iterator({ destroyOnReturn: false })) {
        bytes += (chunk as Buffer).length;
        if (bytes > this.#most)
          throw new Refused(413, `The audio is too large: at most ${this.#most} bytes are taken.`);
        this.#chunks.push(chunk as Buffer);
        this.#changed();
      }
      if (bytes === 0) throw emptyBody([{ field: '', message: 'needs audio or a text' }]);
      this.#state = 'whole';
    } catch (error) {
      this.#state = 'failed';
      this.#failure = error;
    }
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}
