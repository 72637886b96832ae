import type { BotId } from '@earshot/kernel';

/** The plan to erase one bot's data, and its proof. Times are milliseconds since 1970. */
export interface Erasure {
  readonly botId: BotId;
  readonly dueAt: number;
  /** The visit and everything made of it are over: erasing races with nobody. */
  readonly isSettled: boolean;
  /** The fact about that was consumed; it may be on its way while the bot's owner has asked for the erasure already. */
  readonly isEndAnnounced: boolean;
  readonly doneAt: number | undefined;
  readonly deletedObjects: number;
  readonly attempts: number;
  /** Until when it is leased; undefined when it is not. */
  readonly leaseUntil: number | undefined;
}

/** The event that is published about an erasure. */
export type ErasureOutcome = { readonly botId: BotId; readonly at: number } & (
  | { readonly kind: 'erasure-done'; readonly deletedObjects: number }
  | { readonly kind: 'erasure-failed'; readonly detail: string; readonly attempt: number }
);
