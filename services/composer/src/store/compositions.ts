import { prepared, type Database, type Queryable, type Tx } from '@earshot/db';
import type { AccountId, BotId, VideoLayout } from '@earshot/kernel';
import type { Composition, CompositionKey, CompositionKind, CompositionState } from '../domain/composition.ts';

interface CompositionRow {
  bot_id: string;
  kind: string;
  layout: string;
  account_id: string;
  ordered: boolean;
  state: string;
  progress: number;
  attempts: number;
  detail: string;
  owner: string | null;
  lease_until: Date | null;
  due_at: Date;
  created_at: Date;
  finished_at: Date | null;
  artifact_id: string;
}

/** A composition that somebody is at, until their lease runs out. */
export interface Claim {
  readonly owner: string;
  readonly leaseUntil: number;
}

export type Compositions = ReturnType<typeof createCompositions>;

/** The compositions table. Times are milliseconds since 1970. */
export function createCompositions({ knex }: Pick<Database, 'knex'>) {
  const one = (query: Queryable, { botId, kind, layout }: CompositionKey) =>
    query<CompositionRow>('compositions').where({ bot_id: botId, kind, layout: layout ?? '' });
  /** Those who claimed it alone: whose lease ran out changes nothing any more. */
  const owned = (query: Queryable, key: CompositionKey, owner: string) =>
    one(query, key).where({ owner, state: 'running' });
  return {
    /** Adds one, unless it is there; answers whether it was added. */
    async add(tx: Tx, composition: Composition): Promise<boolean> {
      const rows = await tx<CompositionRow>('compositions')
        .insert(toRow(composition))
        .onConflict(['bot_id', 'kind', 'layout'])
        .ignore()
        .returning('bot_id');
      return rows.length > 0;
    },

    async lock(tx: Tx, key: CompositionKey): Promise<Composition | undefined> {
      const row = await one(tx, key).forUpdate().first();
      return row && fromRow(row);
    },

    /** Makes it wait for its first attempt again. */
    async requeue(tx: Tx, key: CompositionKey, now: number): Promise<void> {
      await one(tx, key).update({
        ...{ state: 'queued', attempts: 0, progress: 0, detail: '', ordered: false },
        ...{ due_at: new Date(now), finished_at: null },
      });
    },

    async of(botId: BotId): Promise<Composition[]> {
      const rows = await knex<CompositionRow>('compositions').where({ bot_id: botId }).orderBy(['kind', 'layout']);
      return rows.map(fromRow);
    },

    /** How many of an account wait. */
    async countWaiting(tx: Tx, accountId: AccountId): Promise<number> {
      const [row] = await tx<CompositionRow>('compositions')
        .whereRaw(`state = 'queued'`)
        .where({ account_id: accountId })
        .count<{ count: string }[]>();
      return Number(row?.count ?? 0);
    },

    /** Takes the one of these kinds that is due the longest, or whose owner is gone; its attempt is counted. */
    async claim(
      now: number,
      { owner, leaseUntil, kinds }: Claim & { kinds: readonly CompositionKind[] },
    ): Promise<Composition | undefined> {
      const { rows } = await prepared(
        knex,
        `update compositions set state = 'running', attempts = attempts + 1, owner = :owner, lease_until = :until
         where (bot_id, kind, layout) = (
           select bot_id, kind, layout from compositions
           where state in ('queued', 'running') and due_at <= :now and (lease_until is null or lease_until < :now)
             and kind = any(:kinds::text[])
           order by due_at limit 1 for update skip locked)
         returning *`,
        { owner, until: new Date(leaseUntil), now: new Date(now), kinds: [...kinds] },
      );
      const row = (rows as CompositionRow[])[0];
      return row && fromRow(row);
    },

    /** Answers whether it is still the owner's. */
    async renew(key: CompositionKey, { owner, leaseUntil, progress }: Claim & { progress: number }): Promise<boolean> {
      return (await owned(knex, key, owner).update({ lease_until: new Date(leaseUntil), progress })) > 0;
    },

    /** Releases it: to be tried at `dueAt`, as the attempt after `attempts`. */
    async release(
      key: CompositionKey,
      { owner, dueAt, attempts }: { owner: string; dueAt: number; attempts: number },
    ): Promise<void> {
      const waiting = { state: 'queued', due_at: new Date(dueAt), attempts, owner: null, lease_until: null };
      await owned(knex, key, owner).update(waiting);
    },

    /** Answers whether it was still the owner's. */
    async finish(
      tx: Tx,
      { key, owner, ...end }: { key: CompositionKey; owner: string; at: number } & Finished,
    ): Promise<boolean> {
      const count = await owned(tx, key, owner).update({
        ...{ state: end.state, detail: end.detail, artifact_id: end.artifactId, finished_at: new Date(end.at) },
        ...(end.state === 'ready' ? { progress: 1 } : {}),
        ...{ owner: null, lease_until: null },
      });
      return count > 0;
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<CompositionRow>('compositions').where({ bot_id: botId }).delete();
    },

    /** How many are queued, and how many running. */
    async countOpen(): Promise<Readonly<Partial<Record<CompositionState, number>>>> {
      const rows = await knex<CompositionRow>('compositions')
        .whereRaw(`state in ('queued', 'running')`)
        .groupBy('state')
        .select('state')
        .count<{ state: CompositionState; count: string }[]>();
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },
  };
}

type Finished = Pick<Composition, 'state' | 'detail' | 'artifactId'>;

function toRow(composition: Composition): Partial<CompositionRow> {
  const { botId, kind, layout, accountId, isOrdered, state, detail, createdAt, finishedAt } = composition;
  return {
    ...{ bot_id: botId, kind, layout: layout ?? '', account_id: accountId, ordered: isOrdered, state, detail },
    ...{ created_at: new Date(createdAt), due_at: new Date(createdAt) },
    finished_at: finishedAt === undefined ? null : new Date(finishedAt),
  };
}

function fromRow(row: CompositionRow): Composition {
  return {
    botId: row.bot_id as BotId,
    kind: row.kind as CompositionKind,
    layout: (row.layout || undefined) as VideoLayout | undefined,
    accountId: row.account_id as AccountId,
    isOrdered: row.ordered,
    state: row.state as CompositionState,
    progress: row.progress,
    attempts: row.attempts,
    detail: row.detail,
    createdAt: row.created_at.getTime(),
    finishedAt: row.finished_at?.getTime(),
    artifactId: row.artifact_id,
  };
}
