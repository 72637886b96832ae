import type { Database } from '@earshot/db';
import type { Clock } from '@earshot/kernel';
import type { Deliveries } from '../store/deliveries.ts';
import type { Lines } from '../store/lines.ts';

/** What the notifier's actions are made of; each asks for the part it uses. */
export interface NotifierDeps {
  readonly database: Pick<Database, 'transaction'>;
  readonly lines: Lines;
  readonly deliveries: Deliveries;
  readonly clock: Pick<Clock, 'now'>;
}
