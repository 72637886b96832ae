import { DAY, type AccountId } from '@earshot/kernel';
import type { AttemptError } from './delivery.ts';

/** gone: it answered 410. failing: it accepted nothing for days. */
export type DisabledReason = 'gone' | 'failing';

/** An address of an account, as far as it is in trouble. Times in milliseconds since 1970. */
export interface Endpoint {
  readonly url: string;
  /** The first failure since the last success. */
  readonly failingSince: number | undefined;
  readonly lastError: AttemptError | '';
  readonly lastStatus: number;
  readonly disabledAt: number | undefined;
  readonly disabledReason: DisabledReason | '';
}

/** What names an address: two accounts may use the same URL, and do not share its fate. */
export interface EndpointKey {
  readonly accountId: AccountId;
  readonly url: string;
}

/**
 * An address that accepts nothing for this long is disabled. Five days, as Svix does (docs.svix.com/retries): longer
 * than one message is tried, so that a single outage does not do it, and one success starts the count anew.
 */
export const DISABLE_AFTER_MS = 5 * DAY;
