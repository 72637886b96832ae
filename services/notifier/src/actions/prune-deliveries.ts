import type { NotifierDeps } from './deps.ts';

/** In one step; more would hold their rows, which others may wait for, too long. */
const STEP = 500;

export interface DeliveryLives {
  /** Of deliveries that were accepted, in milliseconds from then on. */
  readonly deliveryMs: number;
  /** Of those that were given up. */
  readonly deadDeliveryMs: number;
  /** Of addresses that failed, from their first failure or from when they were disabled. */
  readonly endpointMs: number;
}

/**
 * Deletes a step of the deliveries that were settled long ago, with their attempts and the queues that are empty then, and of
 * addresses nobody sends to. What is pending stays, however old it is. Answers whether there may be more.
 */
export async function pruneDeliveries(deps: NotifierDeps, lives: DeliveryLives): Promise<boolean> {
  const { database, queues, deliveries, endpoints, clock } = deps;
  const now = clock.now();
  const old = [
    await deliveries.settledBefore(STEP, { state: 'delivered', before: now - lives.deliveryMs }),
    await deliveries.settledBefore(STEP, { state: 'dead', before: now - lives.deadDeliveryMs }),
  ];
  for (const positions of old.filter(({ length }) => length > 0)) {
    await database.transaction(async (tx) => {
      const locked = await queues.lockOf(tx, positions);
      await deliveries.delete(tx, positions);
      await queues.deleteEmpty(tx, locked);
    });
  }
  const forgotten = await endpoints.prune(STEP, { before: now - lives.endpointMs });
  return old.some(({ length }) => length === STEP) || forgotten === STEP;
}
