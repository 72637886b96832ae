import type { Database, Outbox } from '@earshot/db';
import type { AccountId, BotId, Clock, Log } from '@earshot/kernel';
import type { ErasureNews } from '../domain/erasure.ts';
import type { Erasures } from '../store/erasures.ts';

/** Somebody who holds data of bots and can erase it. */
export interface DataOwner {
  readonly name: string;
  /** Erases and verifies; answers how many objects went. Asking again answers what was left: zero. */
  erase(botId: BotId): Promise<number>;
}

/** What the scheduler says of a visit. */
export interface VisitState {
  /** Nothing more will be made of the visit. */
  readonly isSettled: boolean;
  /** When it ended, milliseconds since 1970. */
  readonly endedAt: number;
  readonly retentionHours: number;
  readonly accountId: AccountId;
}

export interface RetentionDeps {
  /** Asks the scheduler. Throws `not-found` for an unknown bot, `unavailable` while the scheduler is away. */
  readonly visitOf: (botId: BotId) => Promise<VisitState>;
  /** Tells the scheduler that a bot's data is gone. */
  readonly tellErased: (botId: BotId, at: number) => Promise<unknown>;
  readonly database: Pick<Database, 'transaction'>;
  readonly erasures: Erasures;
  readonly outbox: Outbox<ErasureNews>;
  readonly owners: readonly DataOwner[];
  readonly clock: Clock;
  readonly log: Log;
  /** Says that facts wait to be published. */
  readonly nudge: () => void;
}
