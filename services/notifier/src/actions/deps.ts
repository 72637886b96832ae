import type { Database } from '@earshot/db';
import type { Clock, Log } from '@earshot/kernel';
import type { DeadDeliveries } from '../store/dead-deliveries.ts';
import type { Deliveries } from '../store/deliveries.ts';
import type { ErasedBots } from '../store/erased-bots.ts';
import type { Endpoints } from '../store/endpoints.ts';
import type { DeliveryQueues } from '../store/delivery-queues.ts';

/** What the notifier's actions are made of; each asks for the part it uses. */
export interface NotifierDeps {
  readonly database: Pick<Database, 'transaction'>;
  readonly queues: DeliveryQueues;
  readonly deliveries: Deliveries;
  readonly deadDeliveries: DeadDeliveries;
  readonly endpoints: Endpoints;
  readonly erasedBots: ErasedBots;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}
