import type { Database, Queryable, Tx } from './database.ts';
import { prepared } from './prepared.ts';

/** The consumer name of set-aside facts that could not be published. */
export const OUTBOX = 'outbox';

/**
 * The most facts of one bot that wait behind one that cannot be handled: more than a meeting of five hours has.
 * Those beyond are dropped.
 */
const MOST_BEHIND = 20_000;
const LONGEST_REASON = 500;

/** A fact as a consumer, or the relay, has it. */
export interface QueuedFact {
  readonly id: string;
  /** <domain>.<bot_id>.<what>. */
  readonly subject: string;
  readonly payload: Uint8Array;
  /** Its place in the stream of facts, or in the outbox. */
  readonly sequence: number;
  readonly traceparent?: string | undefined;
}

/** A fact that was set aside and is due to be tried. */
export interface SetAsideFact extends QueuedFact {
  readonly position: number;
  /** How often it has failed alone. */
  readonly tries: number;
}

/** Why a fact is set aside, and when it is tried again, in milliseconds since 1970; undefined: when an operator retries it. */
export interface SetAsideReason {
  readonly reason: string;
  readonly nextTryAt: number | undefined;
}

interface SetAsideRow {
  position: number;
  sequence: number;
  id: string;
  subject: string;
  payload: Buffer;
  tries: number;
  traceparent: string | null;
}

export const botOf = ({ subject }: Pick<QueuedFact, 'subject'>): string => subject.split('.')[1] ?? '';

/**
 * Facts that one consumer could not handle, in their order, with those of the same bots that came after them: facts of
 * other bots go on. The caller holds a lock, so that only one at a time uses this for the consumer.
 */
export function createSetAside(consumer: string) {
  const date = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));

  async function waiting(tx: Tx, facts: readonly Pick<QueuedFact, 'subject'>[]): Promise<Map<string, number>> {
    const { rows } = await prepared(
      tx,
      `select bot_id, count(*) as waiting from set_aside_facts
       where consumer = :consumer and bot_id = any(:bots::text[]) group by bot_id`,
      { consumer, bots: [...new Set(facts.map(botOf))] },
    );
    return new Map((rows as { bot_id: string; waiting: number }[]).map((row) => [row.bot_id, row.waiting]));
  }

  async function insert(
    tx: Tx,
    facts: readonly QueuedFact[],
    { stream, reason, tries, nextTryAt }: SetAsideReason & { stream: string; tries: number },
  ): Promise<void> {
    const column = <T>(read: (fact: QueuedFact) => T) => facts.map(read);
    await tx.raw(
      `insert into set_aside_facts
         (consumer, stream, sequence, id, subject, bot_id, payload, reason, tries, failed_at, next_try_at, traceparent)
       select :consumer, :stream, sequence, id, subject, bot_id, payload, :reason, :tries, now(), :next::timestamptz, trace
       from unnest(:sequences::bigint[], :ids::text[], :subjects::text[], :bots::text[], :payloads::bytea[], :traces::text[])
         with ordinality as fact (sequence, id, subject, bot_id, payload, trace, place)
       order by place
       on conflict (consumer, id) do nothing`,
      {
        ...{ consumer, stream, tries, reason: reason.replaceAll('\0', '').slice(0, LONGEST_REASON) },
        next: date(nextTryAt),
        sequences: column(({ sequence }) => sequence),
        ids: column(({ id }) => id),
        subjects: column(({ subject }) => subject),
        bots: column(botOf),
        payloads: column(({ payload }) => Buffer.from(payload)),
        traces: column(({ traceparent }) => traceparent ?? null),
      },
    );
  }

  return {
    /** Sets the facts of bots aside that have something waiting; answers the others, and how many there was no room for. */
    async addBehind<Fact extends QueuedFact>(
      tx: Tx,
      stream: string,
      facts: readonly Fact[],
    ): Promise<{ free: readonly Fact[]; dropped: number }> {
      const counts = await waiting(tx, facts);
      if (counts.size === 0) return { free: facts, dropped: 0 };
      const isBehind = (fact: Fact) => counts.has(botOf(fact));
      const behind = facts.filter(isBehind);
      const kept = behind.filter((fact) => {
        const place = (counts.get(botOf(fact)) ?? 0) + 1;
        counts.set(botOf(fact), place);
        return place <= MOST_BEHIND;
      });
      for (const { subject } of behind) {
        // Facts stay in order and come late; what must not be kept is not.
        if (subject.endsWith('.erasure-done')) await forgetSetAside(tx, botOf({ subject }));
      }
      await insert(tx, kept, { stream, reason: 'behind an earlier fact of its bot', tries: 0, nextTryAt: undefined });
      return { free: facts.filter((fact) => !isBehind(fact)), dropped: behind.length - kept.length };
    },

    /** Sets a fact aside that failed alone. */
    async add(tx: Tx, fact: QueuedFact, why: SetAsideReason & { stream: string }): Promise<void> {
      await insert(tx, [fact], { ...why, tries: 1 });
    },

    /** The fact that is due the longest, if any is; only the first of a bot ever is. */
    async nextDue(query: Queryable, now: number): Promise<SetAsideFact | undefined> {
      const { rows } = await prepared(
        query,
        `select position, sequence, id, subject, payload, tries, traceparent from set_aside_facts
         where consumer = :consumer and next_try_at <= :now order by next_try_at, position limit 1`,
        { consumer, now: new Date(now) },
      );
      const row = (rows as SetAsideRow[])[0];
      return row && { ...row, traceparent: row.traceparent ?? undefined };
    },

    /** A fact is handled: the next one of its bot is due. */
    async settle(tx: Tx, fact: SetAsideFact, now: number): Promise<void> {
      await tx('set_aside_facts').where({ position: fact.position }).delete();
      await promote(tx, { consumer, botId: botOf(fact), at: new Date(now) });
    },

    /** A fact failed once more. */
    async postpone(query: Queryable, fact: SetAsideFact, { reason, nextTryAt }: SetAsideReason): Promise<void> {
      await query('set_aside_facts')
        .where({ position: fact.position })
        .update({
          tries: fact.tries + 1,
          reason: reason.replaceAll('\0', '').slice(0, LONGEST_REASON),
          failed_at: query.fn.now(),
          next_try_at: date(nextTryAt),
        });
    },
  };
}

export type SetAside = ReturnType<typeof createSetAside>;

/** Makes the first fact that a bot has waiting at a consumer due. `schema`: the connection's own unless named. */
export async function promote(
  query: Pick<Queryable, 'raw'>,
  { schema, consumer, botId, at }: { schema?: string; consumer: string; botId: string; at: Date },
): Promise<void> {
  const table = schema === undefined ? 'set_aside_facts' : `${schema}.set_aside_facts`;
  await query.raw(
    `update :table: set next_try_at = :at where position = (
       select min(position) from :table: where consumer = :consumer and bot_id = :botId)`,
    { table, consumer, botId, at },
  );
}

/** How many facts are set aside in this schema, and of how many bots. */
export async function countSetAside({ knex }: Database, consumer?: string): Promise<{ facts: number; bots: number }> {
  const { rows } = await knex.raw(
    `select count(*) as facts, count(distinct bot_id) as bots from set_aside_facts
     where :consumer::text is null or consumer = :consumer`,
    { consumer: consumer ?? null },
  );
  return rows[0] as { facts: number; bots: number };
}

/**
 * Takes the words and names of a bot out of what is set aside in this schema: participants and utterances, whose payloads
 * are personal data. What remains has states and counts. For services that erase a bot's data.
 */
export async function forgetSetAside(query: Pick<Queryable, 'raw'>, botId: string): Promise<void> {
  const { rows } = await query.raw(
    `delete from set_aside_facts where bot_id = ?
       and (subject like 'media.%.participant-%' or subject like 'transcripts.%.utterance-%') returning 1`,
    [botId],
  );
  if (rows.length === 0) return;
  // A fact that waited behind one of those is the first now.
  await query.raw(
    `update set_aside_facts set next_try_at = now() where next_try_at is null and tries = 0 and position in (
       select min(position) from set_aside_facts where bot_id = ? group by consumer)`,
    [botId],
  );
}
