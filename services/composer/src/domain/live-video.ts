import type { AccountId, BotId } from '@earshot/kernel';

/**
 * wanted: it waits for a process that has room for it. running: one has it, until its lease runs out. ended: its visit is over.
 * refused: no process had room for it in time.
 */
export type LiveVideoState = 'wanted' | 'running' | 'ended' | 'refused';

/** The video of a bot's visit that is streamed to its customer while it lasts. */
export interface LiveVideo {
  readonly botId: BotId;
  readonly accountId: AccountId;
  /** Since when it is streamed, by whichever process. */
  readonly startedAt: number;
}
