import type { BotId } from '@earshot/kernel';

/** The plan to erase one bot's data, and its proof. Times are milliseconds since 1970. */
export interface Erasure {
  readonly botId: BotId;
  readonly dueAt: number;
  /** The visit and everything made of it are over: erasing races with nobody. */
  readonly isSettled: boolean;
  /** The fact that says so was heard; it may be on its way while its owner has been asked already. */
  readonly isEndAnnounced: boolean;
  readonly doneAt: number | undefined;
  readonly deletedObjects: number;
  readonly attempts: number;
  /** Until when somebody is at it; undefined when nobody is. */
  readonly leaseUntil: number | undefined;
}

/** What is said of an erasure. */
export type ErasureOutcome = { readonly botId: BotId; readonly at: number } & (
  | { readonly kind: 'erasure-done'; readonly deletedObjects: number }
  | { readonly kind: 'erasure-failed'; readonly detail: string; readonly attempt: number }
);
