import { context, propagation } from '@opentelemetry/api';
import { AppError, type Log } from '@earshot/kernel';
import type { Database, Tx } from './database.ts';
import { prepared } from './prepared.ts';
import { botOf, createSetAside, OUTBOX, type QueuedFact } from './set-aside.ts';

/** A fact as the outbox keeps it. */
export interface OutboxFact {
  readonly id: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  /** W3C trace context of its cause, where that is not the current one as it is appended; absent where nobody traces. */
  readonly traceparent?: string | undefined;
}

/** Where domain events become facts: inside the transaction that makes them true. A fact whose id waits already is that one. */
export interface Outbox<Event> {
  append(tx: Tx, events: readonly Event[]): Promise<void>;
}

/** `encode` is the service's own `events/publish.ts`: all that it publishes. */
export function createOutbox<Event>(encode: (event: Event) => OutboxFact): Outbox<Event> {
  return {
    async append(tx, events) {
      if (events.length === 0) return;
      const facts = events.map(encode);
      await prepared(
        tx,
        `insert into outbox (id, subject, payload, traceparent)
         select id, subject, payload, coalesce(:current, traceparent)
         from unnest(:ids::uuid[], :subjects::text[], :payloads::bytea[], :traceparents::text[])
           with ordinality as fact (id, subject, payload, traceparent, place)
         order by place
         on conflict (id) do nothing`,
        {
          current: currentTraceparent(),
          traceparents: facts.map(({ traceparent }) => traceparent ?? null),
          ids: facts.map(({ id }) => id),
          subjects: facts.map(({ subject }) => subject),
          payloads: facts.map(({ payload }) => Buffer.from(payload)),
        },
      );
    },
  };
}

/** The current W3C trace context; null where nobody traces. */
export function currentTraceparent(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}

export interface RelayOptions {
  readonly log: Log;
  /** The most facts of one round. */
  readonly batch?: number;
}

const aside = createSetAside(OUTBOX);

/**
 * One round of the relay: publishes what is committed, oldest first, and deletes it. Only one replica relays at a time.
 * A fact that was published and not yet deleted is published again; the broker knows its id. One that `publish` refuses
 * with `invalid-argument` never will be taken: it is set aside, and only later ones of its bot wait behind it.
 * Answers whether there may be more. Throws what else `publish` throws, once the others are published.
 */
export async function relayOutbox(
  database: Database,
  publish: (fact: OutboxFact) => Promise<void>,
  { log, batch = 200 }: RelayOptions,
): Promise<boolean> {
  const { found, failure } = await database.transaction(async (tx) => {
    const lock = await prepared(tx, 'select pg_try_advisory_xact_lock(hashtext(?)) as mine', [
      `relay:${database.schema}`,
    ]);
    if (!lock.rows[0].mine) return { found: 0 };
    await publishSetAside(tx, publish, log);
    const { rows } = await prepared(
      tx,
      'select position as sequence, id, subject, payload, traceparent from outbox order by position limit ?',
      [batch],
    );
    const facts = rows as QueuedFact[];
    if (facts.length === 0) return { found: 0 };
    const { free, dropped } = await aside.addBehind(tx, '', facts);
    if (dropped > 0) log.error('facts behind one that cannot be published were dropped', { dropped });
    const { refused, waiting, failure } = await publishInOrder(free, publish);
    for (const { fact, error } of refused) {
      log.error('a fact cannot be published and is set aside', { subject: fact.subject, id: fact.id, error });
      await aside.add(tx, fact, { stream: '', reason: `${error.code}: ${error.message}`, nextTryAt: undefined });
    }
    const gone = facts.filter((fact) => !waiting.has(fact)).map(({ sequence }) => sequence);
    await prepared(tx, 'delete from outbox where position = any(?::bigint[])', [gone]);
    return { found: facts.length, failure };
  });
  if (failure !== undefined) throw failure;
  return found === batch;
}

/** What an operator wants published once more, each bot's in order. */
async function publishSetAside(tx: Tx, publish: (fact: OutboxFact) => Promise<void>, log: Log): Promise<void> {
  for (let fact = await aside.nextDue(tx, Date.now()); fact; fact = await aside.nextDue(tx, Date.now())) {
    try {
      await publish(fact);
    } catch (caught) {
      const error = AppError.from(caught);
      if (error.code !== 'invalid-argument') return;
      log.error('a fact still cannot be published', { subject: fact.subject, id: fact.id, error });
      await aside.postpone(tx, fact, { reason: `${error.code}: ${error.message}`, nextTryAt: undefined });
      continue;
    }
    await aside.settle(tx, fact, Date.now());
  }
}

/** In order within a bot (the subject's second token), concurrently across bots. */
async function publishInOrder(facts: readonly QueuedFact[], publish: (fact: OutboxFact) => Promise<void>) {
  const refused: { fact: QueuedFact; error: AppError }[] = [];
  /** What stays in the outbox: each bot's from the first that was not published. */
  const waiting = new Set<QueuedFact>();
  let failure: unknown;
  await Promise.all(
    Array.from(Map.groupBy(facts, botOf).values(), async (line) => {
      for (const [place, fact] of line.entries()) {
        try {
          await publish(fact);
        } catch (error) {
          const isRefused = error instanceof AppError && error.code === 'invalid-argument';
          if (isRefused) refused.push({ fact, error });
          else failure = error ?? new Error('unknown');
          for (const later of line.slice(isRefused ? place + 1 : place)) waiting.add(later);
          return;
        }
      }
    }),
  );
  return { refused, waiting, failure };
}
