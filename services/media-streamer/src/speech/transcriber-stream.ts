import type {
  StreamResponse,
  StreamStart,
  TranscriptServiceService,
} from '@earshot/contract/transcriber/v1/transcripts.ts';
import {
  AppError,
  reconnect,
  SECOND,
  type Clock,
  type Connection,
  type Log,
  type Loss,
  type TrackOwner,
} from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import { UnackedSpeech, type CaptionItem, type SpeechItem } from '../domain/unacked-speech.ts';
import { TranscriberCall, type StreamContent } from './transcriber-call.ts';

export interface TranscriberStreamOptions {
  readonly start: StreamStart;
  readonly transcriber: Pick<RpcClient<typeof TranscriptServiceService>, 'stream'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when more is committed. */
  readonly onCommitted: () => void;
}

type StreamState =
  /** No call is open, or the transcriber has not reported yet what it has. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected'; readonly call: TranscriberCall }
  /** The transcriber has committed everything. */
  | { readonly kind: 'finished' }
  | { readonly kind: 'disposed' };

/**
 * One visit's stream to the transcriber. Speech is kept until its words are committed, and sent again after every
 * break; the stream is reopened for as long as the visit lives.
 */
export class TranscriberStream implements AsyncDisposable {
  readonly #options: TranscriberStreamOptions;
  readonly #content: StreamContent;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #state: StreamState = { kind: 'connecting' };

  constructor(options: TranscriberStreamOptions) {
    this.#options = options;
    this.#content = {
      start: options.start,
      unacked: new UnackedSpeech(),
      owners: new Map(),
      previews: new Map(),
      captionsShown: undefined,
      isFinishing: false,
    };
    this.#running = this.#run();
  }

  /** Up to where a track's words are committed, or were given up, in milliseconds of the timeline. */
  committedMs(trackId: string): number {
    return this.#content.unacked.committedMs(trackId);
  }

  /** Speech, ends of it and captions, which are kept until they are committed. */
  push(items: readonly SpeechItem[]): void {
    if (items.length === 0) return;
    const { unacked, previews } = this.#content;
    const hasDropped = unacked.droppedMs > 0;
    for (const item of items) {
      unacked.push(item);
      previews.delete(item.trackId);
    }
    if (unacked.droppedMs > 0 && !hasDropped) {
      this.#options.log.warn('speech is dropped, the transcriber has been away for too long');
      this.#options.onCommitted();
    }
    this.#wake();
  }

  /** Sent unless something newer of the track comes first, and not kept. */
  preview(caption: CaptionItem): void {
    this.#content.previews.set(caption.trackId, caption);
    this.#wake();
  }

  /** Whether the meeting shows captions. */
  setCaptionsShown(areShown: boolean): void {
    this.#content.captionsShown = areShown;
    this.#wake();
  }

  /** Whose a track is. */
  setOwner(owner: TrackOwner): void {
    this.#content.owners.set(owner.trackId, owner);
    if (this.#state.kind === 'connected') this.#state.call.updateOwner(owner.trackId);
  }

  /** Nothing more will be sent. Resolves when the transcriber has committed everything, or the stream is disposed. */
  async finish(): Promise<void> {
    this.#content.isFinishing = true;
    this.#wake();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state.kind !== 'disposed') {
      const { droppedMs } = this.#content.unacked;
      if (droppedMs > 0) this.#options.log.warn('speech was dropped', { droppedMs });
      this.#state = { kind: 'disposed' };
      this.#stopping.abort(new AppError('cancelled', 'the transcriber stream is closed'));
    }
    await this.#running;
  }

  #wake(): void {
    if (this.#state.kind === 'connected') this.#state.call.wake();
  }

  #run(): Promise<void> {
    const { clock, log } = this.#options;
    const onLost = ({ error, failures }: Loss) => {
      if (failures === 0) log.warn('transcriber stream broken', { error });
    };
    return reconnect({ clock, signal: this.#stopping.signal, maxDelayMs: 3 * SECOND, onLost }, (connection) =>
      this.#connect(connection),
    );
  }

  async #connect({ signal: stopping, up }: Connection): Promise<'done' | void> {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, stopping]);
    const call = new TranscriberCall(this.#content, signal);
    try {
      for await (const response of this.#options.transcriber.stream(call.requests(), { signal })) {
        up();
        this.#onResponse(response, call);
        if (this.#state.kind === 'finished') return 'done';
      }
    } finally {
      // Ends the requests as well: nobody reads them any more.
      ending.abort(new AppError('cancelled', 'the stream is broken'));
      if (this.#state.kind === 'connected') this.#state = { kind: 'connecting' };
    }
  }

  #onResponse({ message }: StreamResponse, call: TranscriberCall): void {
    const { unacked } = this.#content;
    switch (message?.$case) {
      case 'resume':
        for (const { trackId, committedMs } of message.value.positions) unacked.acknowledge(trackId, committedMs);
        if (this.#state.kind === 'connecting') this.#state = { kind: 'connected', call };
        call.resume();
        break;
      case 'acknowledge': {
        const { position } = message.value;
        if (position) unacked.acknowledge(position.trackId, position.committedMs);
        break;
      }
      case 'finished':
        if (this.#state.kind !== 'disposed') this.#state = { kind: 'finished' };
        break;
      case undefined:
        return;
    }
    this.#options.onCommitted();
  }
}
