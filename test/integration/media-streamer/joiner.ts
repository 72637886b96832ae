import {
  AudioCodec,
  ParticipantAction,
  type AudioFrame,
  type IngestBatch,
  type IngestRequest,
  type IngestStart,
  type MediaServiceService,
  type ParticipantChange,
} from '@earshot/contract/media/v1/media.ts';
import { testAssignmentSecret } from '@earshot/harness';
import { AsyncQueue } from '@earshot/kernel';
import { signAssignment, type RpcClient } from '@earshot/rpc';

export type MediaClient = RpcClient<typeof MediaServiceService>;

export const BATCH_MS = 25;

/** Packets of a track, the first one arriving at `fromMs`, as frames. */
export function framesOf(trackId: string, packets: readonly Uint8Array[], fromMs = 20): AudioFrame[] {
  return packets.map((packet, index) => ({
    trackId,
    codec: AudioCodec.OPUS,
    payload: Buffer.from(packet),
    // Begins anywhere, as a sender's does, and wraps on the way.
    rtpTimestamp: (0xffff_8000 + index * 960) % 2 ** 32,
    arrivedMs: fromMs + index * 20,
    level: 255,
    ownVoice: false,
  }));
}

/** Batches of 25 ms in which the frames arrive at their times, up to `untilMs`. */
export function batchesOf(frames: readonly AudioFrame[], untilMs: number): IngestBatch[] {
  return Array.from({ length: Math.ceil(untilMs / BATCH_MS) }, (_, index) => {
    const clockMs = (index + 1) * BATCH_MS;
    const arrived = frames.filter(({ arrivedMs }) => arrivedMs < clockMs && arrivedMs >= clockMs - BATCH_MS);
    const nothing = { participants: [], chat: [], captions: [], speaking: [], soundLost: false, paused: false };
    return { sequence: index + 1, clockMs, frames: arrived, ...nothing };
  });
}

export function joined(participantId: string, name: string, over: Partial<ParticipantChange> = {}): ParticipantChange {
  const base = { atMs: 0, trackIds: [], alreadyPresent: false };
  return { action: ParticipantAction.JOINED, participantId, name, ...base, ...over };
}

/** One stream of one visit, as a joiner holds it; the assignment is proven unless the start has a token of its own. */
export class Stream {
  readonly #requests = new AsyncQueue<IngestRequest>();
  readonly #breaking = new AbortController();
  /** Resolves, or rejects, with the end of the stream. */
  readonly ended: Promise<void>;
  acknowledged = 0;
  isFinished = false;
  #resumed = Promise.withResolvers<number>();
  #watchers = new Set<() => void>();

  constructor(client: MediaClient, start: IngestStart) {
    const assignmentToken = start.assignmentToken || signAssignment(testAssignmentSecret, start);
    this.#requests.push({ message: { $case: 'start', value: { ...start, assignmentToken } } });
    this.#resumed.promise.catch(() => {});
    this.ended = this.#read(client);
    this.ended.catch((error: unknown) => this.#resumed.reject(error));
  }

  /** The sequence to go on with. */
  get resumed(): Promise<number> {
    return this.#resumed.promise;
  }

  send(batches: readonly IngestBatch[]): void {
    for (const value of batches) this.#requests.push({ message: { $case: 'batch', value } });
  }

  finish(clockMs: number): void {
    this.#requests.push({ message: { $case: 'finish', value: { clockMs } } });
  }

  /** Resolves when everything up to `sequence` is acknowledged; rejects when the stream ends before. */
  async acknowledges(sequence: number): Promise<void> {
    while (this.acknowledged < sequence) {
      const next = new Promise<void>((resolve) => this.#watchers.add(resolve));
      await Promise.race([next, this.ended.then(() => Promise.reject(new Error('the stream has ended')))]);
    }
  }

  /** As a network does it. */
  async break(): Promise<void> {
    this.#breaking.abort(new Error('broken'));
    this.#requests.end();
    await this.ended.catch(() => {});
  }

  async #read(client: MediaClient): Promise<void> {
    for await (const { message } of client.ingest(this.#requests, { signal: this.#breaking.signal })) {
      if (message?.$case === 'resume') this.#resumed.resolve(message.value.nextSequence);
      if (message?.$case === 'acknowledge') {
        this.acknowledged = message.value.sequence;
        this.isFinished ||= message.value.finished;
      }
      for (const wake of this.#watchers) wake();
      this.#watchers.clear();
    }
  }
}
