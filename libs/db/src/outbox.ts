import type { Database, Tx } from './database.ts';
import { prepared } from './prepared.ts';

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
      const facts = events.map(encode);
      await prepared(
        tx,
        `insert into outbox (id, subject, payload)
         select id, subject, payload from unnest(:ids::uuid[], :subjects::text[], :payloads::bytea[])
           with ordinality as fact (id, subject, payload, place)
         order by place`,
        {
          ids: facts.map(({ id }) => id),
          subjects: facts.map(({ subject }) => subject),
          payloads: facts.map(({ payload }) => Buffer.from(payload)),
        },
      );
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
    const lock = await prepared(tx, 'select pg_try_advisory_xact_lock(hashtext(?)) as mine', [
      `relay:${database.schema}`,
    ]);
    if (!lock.rows[0].mine) return false;
    const found = await prepared(tx, 'select position, id, subject, payload from outbox order by position limit ?', [
      batch,
    ]);
    const rows = found.rows as (OutboxFact & { position: number })[];
    if (rows.length === 0) return false;
    await publishInOrder(rows, publish);
    await prepared(tx, 'delete from outbox where position = any(?::bigint[])', [rows.map((row) => row.position)]);
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
