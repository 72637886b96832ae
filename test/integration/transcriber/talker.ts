import { randomUUID } from 'node:crypto';
import type {
  SpeechMissed,
  StreamRequest,
  StreamStart,
  TranscriptServiceService,
} from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AsyncQueue, readPlan } from '@earshot/kernel';
import { toPlanMessage, type RpcClient } from '@earshot/rpc';
import { inChunks, speak } from '../sandbox/speech.ts';

const CHUNK_SAMPLES = 1600;

export interface Item {
  readonly trackId: string;
  readonly endMs: number;
  readonly request: StreamRequest;
}

/** An utterance as the media-streamer sends it: pieces of 100 ms from `atMs` on, and the end of the turn. */
export async function turn(trackId: string, atMs: number, text: string): Promise<Item[]> {
  const { pcm } = await speak(text);
  const items = [...inChunks(pcm, CHUNK_SAMPLES)].map((chunk, index): Item => {
    const chunkAtMs = atMs + index * 100;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const value = { trackId, atMs: chunkAtMs, pcm: bytes, sampleRate: 16_000 };
    return {
      trackId,
      endMs: chunkAtMs + Math.round(chunk.length / 16),
      request: { message: { $case: 'speech', value } },
    };
  });
  const endMs = items.at(-1)!.endMs;
  return [
    ...items,
    { trackId, endMs, request: { message: { $case: 'endOfSpeech', value: { trackId, atMs: endMs } } } },
  ];
}

export function startOf(
  engine: string,
  { optionsJson = '{}', ...about }: Partial<StreamStart> & { optionsJson?: string } = {},
): StreamStart {
  return {
    ...{ botId: randomUUID(), accountId: 'account-1', transcriptId: randomUUID() },
    speech: toPlanMessage(readPlan({ engine, optionsJson })),
    startedAt: new Date('2026-01-01T10:00:00Z'),
    ...about,
  };
}

/** One stream as the media-streamer holds it. */
export async function talk(client: Pick<RpcClient<typeof TranscriptServiceService>, 'stream'>, start: StreamStart) {
  const requests = new AsyncQueue<StreamRequest>();
  const committed = new Map<string, number>();
  const resumed = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  finished.promise.catch(() => {});
  let onCommitted: () => void = () => {};
  const listening = (async () => {
    for await (const { message } of client.stream(requests)) {
      if (message?.$case === 'resume') {
        for (const { trackId, committedMs } of message.value.positions) committed.set(trackId, committedMs);
        resumed.resolve();
      }
      if (message?.$case === 'acknowledge' && message.value.position) {
        committed.set(message.value.position.trackId, message.value.position.committedMs);
        onCommitted();
      }
      if (message?.$case === 'finished') finished.resolve();
    }
    throw new Error('the stream ended');
  })().catch((error: unknown) => {
    resumed.reject(error);
    finished.reject(error);
    onCommitted();
    requests.end();
  });
  requests.push({ message: { $case: 'start', value: start } });
  await resumed.promise;
  return {
    committed,
    listening,
    /** Sends what is not committed yet. */
    say(items: readonly Item[]): void {
      for (const { request, trackId, endMs } of items) {
        if (endMs > (committed.get(trackId) ?? 0)) requests.push(request);
      }
    },
    miss(value: SpeechMissed): void {
      requests.push({ message: { $case: 'speechMissed', value } });
    },
    /** Ends without a finish. */
    async hangUp(): Promise<void> {
      requests.end();
      await listening;
    },
    name(trackId: string, name: string): void {
      requests.push({ message: { $case: 'trackNamed', value: { trackId, participantId: `id-${name}`, name } } });
    },
    /** Resolves when `fits`, checked after every acknowledgement, holds. */
    async until(fits: (committed: ReadonlyMap<string, number>) => boolean): Promise<void> {
      while (!fits(committed)) {
        await new Promise<void>((resolve) => (onCommitted = resolve));
        if (requests.ended) throw new Error('the stream ended');
      }
    },
    async finish(): Promise<void> {
      requests.push({ message: { $case: 'finish', value: {} } });
      await finished.promise;
      requests.end();
    },
  };
}
