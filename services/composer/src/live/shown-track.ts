import { SECOND } from '@earshot/kernel';
import type { MediaFrame } from '../mux/frame.ts';
import type { VideoTrackCodec } from './ivf.ts';
import { black } from './picture.ts';
import { PictureDecoder } from './picture-decoder.ts';

/** How often a key frame is asked for until one comes. */
const ASK_MS = 3 * SECOND;

export interface LiveFrame extends MediaFrame {
  readonly trackId: string;
  readonly codec: VideoTrackCodec;
}

export interface ShownTrackOptions {
  readonly askKeyFrame: (trackId: string) => void;
  readonly onFailure: (error: unknown) => void;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** A track that is, or is to be, seen; without a decoder until its first key frame. */
interface Shown {
  readonly trackId: string;
  decoder: PictureDecoder | undefined;
  isBroken: boolean;
  askedAt: number;
}

/** The picture of one track at a time. Another is shown once it can be decoded; until then the one before stays. */
export class ShownTrack implements Disposable {
  readonly #options: ShownTrackOptions;
  #shown: Shown | undefined;
  #next: Shown | undefined;
  #picture = black;

  constructor(options: ShownTrackOptions) {
    this.#options = options;
  }

  /** The newest. */
  get picture(): Uint8Array {
    return this.#picture;
  }

  /** Undefined: nobody is to be seen. */
  show(trackId: string | undefined): void {
    if (trackId === undefined) return this.#clear();
    if ((this.#next ?? this.#shown)?.trackId === trackId) return;
    this.#next?.decoder?.[Symbol.dispose]();
    this.#next = undefined;
    if (this.#shown?.trackId === trackId) return;
    this.#next = { trackId, decoder: undefined, isBroken: true, askedAt: -Infinity };
    this.#ask(this.#next);
  }

  /** A frame of any track. */
  take(frame: LiveFrame): void {
    for (const shown of [this.#shown, this.#next]) if (shown?.trackId === frame.trackId) this.#decode(shown, frame);
  }

  [Symbol.dispose](): void {
    this.#clear();
  }

  #decode(shown: Shown, frame: LiveFrame): void {
    const { decoder } = shown;
    if (decoder !== undefined && decoder.codec !== frame.codec) this.#stop(shown);
    if (frame.isKey) shown.isBroken = false;
    else if (frame.isAfterGap) shown.isBroken = true;
    if (shown.isBroken) return this.#ask(shown);
    shown.decoder ??= this.#decoderOf(shown, frame.codec);
    shown.isBroken = !shown.decoder.decode(frame.payload, frame.atUs / 1000);
  }

  #decoderOf(shown: Shown, codec: VideoTrackCodec): PictureDecoder {
    const decoder: PictureDecoder = new PictureDecoder({
      ...{ codec, signal: this.#options.signal },
      onPicture: (picture) => {
        if (shown.decoder === decoder) this.#take(shown, picture);
      },
      onFailure: (error) => {
        if (shown.decoder !== decoder) return;
        this.#options.onFailure(error);
        this.#stop(shown);
        this.#ask(shown);
      },
    });
    return decoder;
  }

  #take(shown: Shown, picture: Uint8Array): void {
    if (shown === this.#next) {
      this.#shown?.decoder?.[Symbol.dispose]();
      [this.#shown, this.#next] = [shown, undefined];
    }
    if (shown === this.#shown) this.#picture = picture;
  }

  #stop(shown: Shown): void {
    shown.decoder?.[Symbol.dispose]();
    shown.decoder = undefined;
    shown.isBroken = true;
  }

  #ask(shown: Shown): void {
    const now = this.#options.now();
    if (now - shown.askedAt < ASK_MS) return;
    shown.askedAt = now;
    this.#options.askKeyFrame(shown.trackId);
  }

  #clear(): void {
    for (const shown of [this.#shown, this.#next]) shown?.decoder?.[Symbol.dispose]();
    this.#shown = this.#next = undefined;
    this.#picture = black;
  }
}
