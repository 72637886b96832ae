import type { Queryable } from './database.ts';
import { promote } from './set-aside.ts';

/** What an operator may choose set-aside facts by. */
export interface SetAsideFilter {
  readonly consumer?: string | undefined;
  readonly botId?: string | undefined;
}

/** A set-aside fact as an operator sees it, without its payload. */
export interface SetAsideEntry {
  readonly consumer: string;
  readonly botId: string;
  readonly subject: string;
  readonly sequence: number;
  readonly bytes: number;
  readonly reason: string;
  readonly tries: number;
  readonly failedAt: Date;
  /** When it is tried; undefined: behind another, or not until asked for. */
  readonly nextTryAt: Date | undefined;
}

interface EntryRow {
  consumer: string;
  bot_id: string;
  subject: string;
  sequence: number;
  bytes: number;
  reason: string;
  tries: number;
  failed_at: Date;
  next_try_at: Date | null;
}

type Raw = Pick<Queryable, 'raw'>;

/** The schemas in which there are set-aside facts to see for whoever is connected. */
export async function schemasWithSetAside(query: Raw): Promise<string[]> {
  const { rows } = await query.raw(
    `select table_schema as name from information_schema.tables where table_name = 'set_aside_facts' order by 1`,
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}

/** In the order in which they will be tried. */
export async function listSetAside(query: Raw, schema: string, filter: SetAsideFilter = {}): Promise<SetAsideEntry[]> {
  const { rows } = await query.raw(
    `select consumer, bot_id, subject, sequence, octet_length(payload) as bytes, reason, tries, failed_at, next_try_at
     from ??.set_aside_facts where ${chosen} order by consumer, position`,
    [schema, ...bindings(filter)],
  );
  return (rows as EntryRow[]).map(({ bot_id: botId, failed_at: failedAt, next_try_at: nextTryAt, ...row }) => ({
    ...row,
    ...{ botId, failedAt, nextTryAt: nextTryAt ?? undefined },
  }));
}

/**
 * Has the running consumers try again now, each bot's facts from the first on; answers how many bots at how many consumers
 * that concerns.
 */
export async function retrySetAside(query: Raw, schema: string, filter: SetAsideFilter): Promise<number> {
  const { rows } = await query.raw(
    `update ??.set_aside_facts as fact set next_try_at = to_timestamp(0), tries = 0
     where position in (${heads}) returning 1`,
    [schema, schema, ...bindings(filter)],
  );
  return rows.length;
}

/**
 * Forgets the first waiting fact of each bot, so that the next one is tried; answers how many. What they would have done
 * never happens.
 */
export async function dropSetAside(query: Raw, schema: string, filter: SetAsideFilter): Promise<number> {
  const { rows } = await query.raw(
    `delete from ??.set_aside_facts where position in (${heads}) returning consumer, bot_id`,
    [schema, schema, ...bindings(filter)],
  );
  for (const row of rows as { consumer: string; bot_id: string }[]) {
    await promote(query, { schema, consumer: row.consumer, botId: row.bot_id, at: new Date(0) });
  }
  return rows.length;
}

const chosen = `(?::text is null or consumer = ?) and (?::text is null or bot_id = ?)`;
const heads = `select min(position) from ??.set_aside_facts where ${chosen} group by consumer, bot_id`;

function bindings({ consumer, botId }: SetAsideFilter): string[] {
  // Null means any; the type of knex's bindings does not know it.
  const [ofConsumer, ofBot] = [consumer ?? null, botId ?? null] as unknown as [string, string];
  return [ofConsumer, ofConsumer, ofBot, ofBot];
}
