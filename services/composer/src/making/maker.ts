import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import type { Clock, Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { Composition, Outcome } from '../domain/composition.ts';

export type MediaClient = RpcClient<typeof MediaServiceService>;

export interface MakingDeps {
  readonly media: MediaClient;
  /** Threads that one ffmpeg may keep busy. */
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** One attempt to make a composition. */
export interface Making {
  readonly job: Composition;
  /** What stays from one attempt to the next: to be written whole, under another name first. */
  readonly kept: string;
  /** Of this attempt alone: gone at its end, whatever it comes to. */
  readonly scratch: string;
  /** Aborts when the process stops, the lease is lost, or the bot is erased. */
  readonly signal: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/**
 * Makes the artifacts of one kind, and stores each with the media-streamer. What was made by an attempt before is made again, or found
 * and left: ids of artifacts are the same each time. Throws an AppError; a code that is retryable has it tried again.
 */
export type Maker = (deps: MakingDeps, making: Making) => Promise<Outcome>;
