import type { Database, Outbox } from '@earshot/db';
import type { AccountId, BotId, Clock, Log } from '@earshot/kernel';
import type { ErasureOutcome } from '../domain/erasure.ts';
import type { Erasures } from '../store/erasures.ts';

/** What an owner erased. */
export interface ErasedData {
  /** By this call, in objects. */
  readonly deleted: number;
  /** By all calls, those included whose answer was lost. */
  readonly total: number;
  /** Something is left: the call is to be repeated. */
  readonly isUnfinished: boolean;
}

/** A service that holds data of bots and can erase it. */
export interface DataOwner {
  readonly name: string;
  /** Erases and verifies, in steps of some seconds. `isFinal`: the facts that consumers needed go as well. */
  erase(botId: BotId, options: { readonly isFinal: boolean }): Promise<ErasedData>;
}

/** A visit's state in the scheduler. */
export interface VisitState {
  /** Nothing more will be made of the visit. */
  readonly isSettled: boolean;
  /** When it ended, milliseconds since 1970. */
  readonly endedAt: number;
  readonly retentionHours: number;
  readonly accountId: AccountId;
}

export type EndedVisit = Omit<VisitState, 'accountId'> & { readonly botId: BotId };

export interface RetentionDeps {
  /** Asks the scheduler. Throws `not-found` for an unknown bot, `unavailable` while the scheduler is away. */
  readonly visitOf: (botId: BotId) => Promise<VisitState>;
  /** Visits that ended at or after a time, in milliseconds since 1970, and whose data is there; page by page, the first to end first. */
  readonly endedSince: (since: number) => AsyncIterable<readonly EndedVisit[]>;
  /** Has the scheduler reduce a bot to its tombstone; `isFinal` as for owners. */
  readonly markBotErased: (
    botId: BotId,
    options: { readonly at: number; readonly isFinal: boolean },
  ) => Promise<unknown>;
  readonly database: Pick<Database, 'transaction'>;
  readonly erasures: Erasures;
  readonly outbox: Outbox<ErasureOutcome>;
  readonly owners: readonly DataOwner[];
  /** Whether our time is the database's; nothing is erased while it is not. */
  readonly isClockRight: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
  /** Wakes the relay: facts wait to be published. */
  readonly wake: () => void;
}
