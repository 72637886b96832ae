import type { Caption } from '@earshot/contract/common/v1/speech.ts';
import {
  TranscriptServiceService,
  type SpeechChunk,
  type StreamRequest,
  type StreamResponse,
  type StreamStart,
  type TrackNamed,
  type EndOfSpeech,
} from '@earshot/contract/transcriber/v1/transcripts.ts';
import { openToAll } from '@earshot/harness';
import { AppError, AsyncQueue, silentLog } from '@earshot/kernel';
import { createRpcServer, type RpcServer } from '@earshot/rpc';

/** A transcriber without engines: keeps what it receives and commits a turn at its end of speech. */
export class FakeTranscriber implements AsyncDisposable {
  readonly #address: string;
  #server: RpcServer | undefined;
  readonly starts: StreamStart[] = [];
  readonly chunks: SpeechChunk[] = [];
  readonly turnEnds: EndOfSpeech[] = [];
  readonly names: TrackNamed[] = [];
  readonly captions: Caption[] = [];
  readonly shown: boolean[] = [];
  /** Up to where words are committed: it survives the process, as a database would. */
  readonly committed = new Map<string, number>();
  /** False while nothing is committed, whatever is sent. */
  isCommitting = true;
  finishes = 0;
  #waiting = new Set<() => void>();

  constructor(address: string) {
    this.#address = address;
  }

  async start(): Promise<void> {
    const server = createRpcServer({ listen: this.#address, log: silentLog });
    const absent = () => Promise.reject(new AppError('internal', 'not part of this test'));
    server.add(
      TranscriptServiceService,
      {
        stream: (requests, call) => this.#stream(requests, call.signal),
        getTranscript: absent,
        async *readTranscript() {
          await absent();
        },
        listTranscripts: absent,
        transcribe: absent,
        erase: absent,
      },
      openToAll(TranscriptServiceService),
    );
    await server.start();
    this.#server = server;
  }

  async kill(): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
    this.#server = undefined;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** The samples of a track from `fromMs` on, each once, silence where nothing was sent. 16 kHz. */
  heard(trackId: string): Int16Array {
    const mine = this.chunks.filter((chunk) => chunk.trackId === trackId);
    const pcm = new Int16Array(Math.max(0, ...mine.map((chunk) => chunk.atMs * 16 + chunk.pcm.length / 2)));
    for (const { atMs, pcm: bytes } of mine) {
      for (let index = 0; index < bytes.length / 2; index++) pcm[atMs * 16 + index] = bytes.readInt16LE(index * 2);
    }
    return pcm;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async *#stream(requests: AsyncIterable<StreamRequest>, signal: AbortSignal): AsyncGenerator<StreamResponse> {
    const down = new AsyncQueue<StreamResponse>();
    signal.addEventListener('abort', () => down.fail(signal.reason), { once: true });
    const reading = requests[Symbol.asyncIterator]();
    void (async () => {
      for (let next = await reading.next(); !next.done; next = await reading.next()) {
        const { message } = next.value;
        switch (message?.$case) {
          case 'start': {
            this.starts.push(message.value);
            const positions = [...this.committed].map(([trackId, committedMs]) => ({ trackId, committedMs }));
            down.push({ message: { $case: 'resume', value: { positions } } });
            break;
          }
          case 'speech':
            this.chunks.push(message.value);
            break;
          case 'endOfSpeech': {
            this.turnEnds.push(message.value);
            if (!this.isCommitting) break;
            const position = { trackId: message.value.trackId, committedMs: message.value.atMs };
            this.committed.set(position.trackId, position.committedMs);
            down.push({ message: { $case: 'acknowledge', value: { position } } });
            break;
          }
          case 'trackNamed':
            this.names.push(message.value);
            break;
          case 'caption': {
            this.captions.push(message.value);
            if (!message.value.final || !this.isCommitting) break;
            const position = { trackId: message.value.trackId, committedMs: message.value.endMs };
            this.committed.set(position.trackId, position.committedMs);
            down.push({ message: { $case: 'acknowledge', value: { position } } });
            break;
          }
          case 'captionsShown':
            this.shown.push(message.value.shown);
            break;
          case 'finish':
            this.finishes++;
            down.push({ message: { $case: 'finished', value: {} } });
            down.end();
        }
        for (const wake of this.#waiting) wake();
        this.#waiting.clear();
      }
    })().catch((error: unknown) => down.fail(error));
    yield* down;
  }
}
