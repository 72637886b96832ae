import type { Database, Tx } from './database.ts';

/** A fact as the outbox keeps it. */
export interface OutboxFact {
  readonly id: string;
  readonly subject: string;
  readonly payload: Uint8Array;
}

/** Where domain events become facts: inside the transaction that makes them true. */
export interface Outbox<Event> {
  append(tx: Tx, events: readonly Event[]): Promise<void>;
}

/** `encode` is the service's own `events/publish.ts`: the whole of what it says. */
export function createOutbox<Event>(encode: (event: Event) => OutboxFact): Outbox<Event> {
  return {
    async append(tx, events) {
      if (events.length === 0) return;
      const rows = events
        .map(encode)
        .map(({ id, subject, payload }) => ({ id, subject, payload: Buffer.from(payload) }));
      await tx('outbox').insert(rows);
    },
  };
}

/**
 * One round of the relay: publishes what is committed, oldest first, and forgets it. Only one replica relays at a time.
 * A fact that was published and not yet forgotten is published again; the broker knows its id.
 * Answers whether there may be more.
 */
export async function relayOutbox(
  database: Database,
  publish: (fact: OutboxFact) => Promise<void>,
  batch = 200,
): Promise<boolean> {
  return database.transaction(async (tx) => {
    const lock = await tx.raw('select pg_try_advisory_xact_lock(hashtext(?)) as mine', [`relay:${database.schema}`]);
    if (!lock.rows[0].mine) return false;
    const rows: (OutboxFact & { position: number })[] = await tx('outbox').orderBy('position').limit(batch);
    if (rows.length === 0) return false;
    await publishInOrder(rows, publish);
    await tx('outbox')
      .whereIn(
        'position',
        rows.map((row) => row.position),
      )
      .delete();
    return rows.length === batch;
  });
}

/** In order within a bot (the subject's second word), side by side across bots. */
async function publishInOrder(
  facts: readonly OutboxFact[],
  publish: (fact: OutboxFact) => Promise<void>,
): Promise<void> {
  const lines = Map.groupBy(facts, (fact) => fact.subject.split('.')[1]);
  await Promise.all(
    Array.from(lines.values(), async (line) => {
      for (const fact of line) await publish(fact);
    }),
  );
}
