import type {
  StreamRequest,
  StreamResponse,
  StreamStart,
  TranscriptServiceService,
} from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AppError, reconnect, SECOND, type Clock, type Connection, type Log, type Loss } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { TrackOwner } from '../domain/roster.ts';
import { UnackedSpeech, type CaptionItem, type MissedItem, type SpeechItem } from '../domain/unacked-speech.ts';

export interface TranscriberStreamOptions {
  readonly start: StreamStart;
  readonly transcriber: Pick<RpcClient<typeof TranscriptServiceService>, 'stream'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when more is committed. */
  readonly onCommitted: () => void;
}

/**
 * One visit's stream to the transcriber. Speech is kept until its words are committed, and sent again after every
 * break; the stream is reopened for as long as the visit lives.
 */
export class TranscriberStream implements AsyncDisposable {
  readonly #options: TranscriberStreamOptions;
  readonly #unacked = new UnackedSpeech();
  readonly #names = new Map<string, TrackOwner>();
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #unsentNames = new Set<string>();
  /** The newest caption of each track that may still change. */
  readonly #previews = new Map<string, CaptionItem>();
  #areShown: boolean | undefined;
  #isShownSent = true;
  #isFinishing = false;
  #isFinished = false;
  #wake: (() => void) | undefined;
  #loggedDrop = false;

  constructor(options: TranscriberStreamOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Up to where a track's words are committed, or were given up, in milliseconds of the timeline. */
  committedMs(trackId: string): number {
    return this.#unacked.committedMs(trackId);
  }

  say(items: readonly SpeechItem[]): void {
    if (items.length === 0) return;
    for (const item of items) {
      this.#unacked.push(item);
      this.#previews.delete(item.trackId);
    }
    if (this.#unacked.droppedMs > 0 && !this.#loggedDrop) {
      this.#loggedDrop = true;
      this.#options.log.warn('speech is dropped, the transcriber has been away for too long');
      this.#options.onCommitted();
    }
    this.#wake?.();
  }

  /** Sent unless something newer of the track comes first, and not kept. */
  preview(caption: CaptionItem): void {
    this.#previews.set(caption.trackId, caption);
    this.#wake?.();
  }

  /** Whether the meeting shows captions. */
  setCaptionsShown(areShown: boolean): void {
    if (areShown === this.#areShown) return;
    this.#areShown = areShown;
    this.#isShownSent = false;
    this.#wake?.();
  }

  name(owner: TrackOwner): void {
    this.#names.set(owner.trackId, owner);
    this.#unsentNames.add(owner.trackId);
    this.#wake?.();
  }

  /** Nothing more will be sent. Resolves when the transcriber has committed everything, or the stream is disposed. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    this.#wake?.();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { droppedMs } = this.#unacked;
    if (droppedMs > 0) this.#options.log.warn('speech was dropped', { droppedMs });
    this.#stopping.abort(new AppError('cancelled', 'the transcriber stream is closed'));
    this.#wake?.();
    await this.#running;
  }

  #run(): Promise<void> {
    const { clock, log } = this.#options;
    const onLost = ({ error, failures }: Loss) => {
      if (failures === 0) log.warn('transcriber stream broken', { error });
    };
    return reconnect({ clock, signal: this.#stopping.signal, maxDelayMs: 3 * SECOND, onLost }, (connection) =>
      this.#talkOnce(connection),
    );
  }

  async #talkOnce({ signal: stopping, up }: Connection): Promise<'done' | void> {
    const talk = new AbortController();
    const resumed = Promise.withResolvers<void>();
    resumed.promise.catch(() => {});
    const signal = AbortSignal.any([talk.signal, stopping]);
    try {
      const responses = this.#options.transcriber.stream(this.#requests(resumed.promise, signal), { signal });
      for await (const response of responses) {
        up();
        this.#handleResponse(response, resumed.resolve);
        if (this.#isFinished) return 'done';
      }
    } finally {
      // Ends the requests as well: nobody reads them any more.
      talk.abort(new AppError('cancelled', 'the stream is broken'));
      resumed.reject(talk.signal.reason);
      this.#wake?.();
    }
  }

  #handleResponse({ message }: StreamResponse, resumed: () => void): void {
    switch (message?.$case) {
      case 'resume':
        for (const { trackId, committedMs } of message.value.positions) this.#unacked.acknowledge(trackId, committedMs);
        resumed();
        break;
      case 'acknowledge': {
        const { position } = message.value;
        if (position) this.#unacked.acknowledge(position.trackId, position.committedMs);
        break;
      }
      case 'finished':
        this.#isFinished = true;
        break;
      case undefined:
        return;
    }
    this.#options.onCommitted();
  }

  async *#requests(resumed: Promise<void>, signal: AbortSignal): AsyncGenerator<StreamRequest> {
    yield { message: { $case: 'start', value: this.#options.start } };
    await resumed.catch(() => {});
    this.#unsentNames = new Set(this.#names.keys());
    this.#isShownSent = this.#areShown === undefined;
    let order = 0;
    const sentMs = new Map<string, number>();
    let isFinishSent = false;
    while (!signal.aborted) {
      for (const trackId of this.#unsentNames) {
        this.#unsentNames.delete(trackId);
        const owner = this.#names.get(trackId);
        const value = { trackId, participantId: owner?.participantId ?? '', name: owner?.name ?? '' };
        yield { message: { $case: 'trackNamed', value } };
      }
      if (!this.#isShownSent) {
        this.#isShownSent = true;
        yield { message: { $case: 'captionsShown', value: { shown: this.#areShown ?? true } } };
      }
      const next = this.#unacked.after(order);
      const [preview] = next ? [] : this.#previews.values();
      if (next) {
        order = next.order;
        const { item } = next;
        const before = sentMs.get(item.trackId) ?? 0;
        sentMs.set(item.trackId, Math.max(item.endMs, before));
        // What was dropped after it was sent is the transcriber's.
        if (item.kind !== 'missed') yield toMessage(item, { final: true });
        else if (item.endMs > before) yield toMissedMessage(item, before);
      } else if (preview) {
        this.#previews.delete(preview.trackId);
        yield toMessage(preview, { final: false });
      } else if (this.#isFinishing && !isFinishSent) {
        isFinishSent = true;
        yield { message: { $case: 'finish', value: {} } };
      } else if (this.#unsentNames.size === 0 && this.#isShownSent) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }
}

function toMissedMessage({ trackId, atMs, endMs }: MissedItem, sentMs: number): StreamRequest {
  return { message: { $case: 'speechMissed', value: { trackId, startMs: Math.max(atMs, sentMs), endMs } } };
}

function toMessage(item: SpeechItem, { final }: { final: boolean }): StreamRequest {
  const { trackId, atMs } = item;
  if (item.kind === 'caption') {
    const { participantId, speakerName, text, endMs } = item;
    const value = { trackId, participantId, speakerName, text, startMs: atMs, endMs, final };
    return { message: { $case: 'caption', value } };
  }
  return item.kind === 'speech'
    ? { message: { $case: 'speech', value: { trackId, atMs, pcm: Buffer.from(item.pcm), sampleRate: 16_000 } } }
    : { message: { $case: 'endOfSpeech', value: { trackId, atMs } } };
}
