import { prepared, translate, type Database, type Tx } from '@earshot/db';
import { DISABLE_AFTER_MS, type DisabledReason, type Endpoint, type EndpointKey } from '../domain/endpoint.ts';
import type { AttemptError } from '../domain/delivery.ts';
import type { Outcome } from './deliveries.ts';
import { hashOf } from './url-hash.ts';

export type Endpoints = ReturnType<typeof createEndpoints>;

interface EndpointRow {
  url: string;
  failing_since: Date | null;
  last_error: string;
  last_status: number;
  disabled_at: Date | null;
  disabled_reason: string;
}

const keyColumns = (keys: readonly EndpointKey[]) => ({
  accounts: keys.map(({ accountId }) => accountId),
  urls: keys.map(({ url }) => url),
});

/** The primary keys of addresses whose accounts and texts are bound as two arrays. */
const keysOf = (accounts: string, urls: string) =>
  `select account_id, ${hashOf('url')} from unnest(${accounts}::text[], ${urls}::text[]) as asked (account_id, url)`;

/** The endpoints table: an account's addresses that fail, or failed so long that nothing is sent to them any more. */
export function createEndpoints(database: Database) {
  const { knex } = database;

  return {
    /**
     * Records how attempts went, each address's last one counting, and disables those that answered 410 or have failed
     * for too long; answers the addresses that this disabled. Rows are locked in the order of their keys.
     */
    async note(tx: Tx, outcomes: readonly Outcome[], now: number): Promise<EndpointKey[]> {
      const last = new Map(outcomes.map((outcome) => [`${outcome.accountId} ${outcome.url}`, outcome]));
      const failed = [...last.values()].filter(({ verdict }) => verdict.state !== 'delivered');
      // Any success counts, also one that a failure followed: an address that fails now and then is not disabled.
      const succeeded = outcomes.filter(({ verdict }) => verdict.state === 'delivered');
      if (succeeded.length > 0) {
        const well = keyColumns(succeeded);
        await prepared(
          tx,
          `update endpoints set failing_since = null, last_error = '', last_status = 0
           from (
             select account_id, url_hash from endpoints
             where (account_id, url_hash) in (${keysOf(':accounts', ':urls')}) and failing_since is not null
             order by account_id, url for update) as failing
           where (endpoints.account_id, endpoints.url_hash) = (failing.account_id, failing.url_hash)
             and (endpoints.account_id, endpoints.url_hash) in (${keysOf(':wellAccounts', ':wellUrls')})`,
          // Those that failed as well: whoever locks some and then others meets somebody who does it the other way round.
          { ...keyColumns(outcomes), wellAccounts: well.accounts, wellUrls: well.urls },
        );
      }
      if (failed.length === 0) return [];
      const { rows } = await prepared(
        tx,
        `insert into endpoints as known (account_id, url, url_hash, failing_since, last_error, last_status, disabled_at,
           disabled_reason)
         select account_id, url, ${hashOf('url')}, :now::timestamptz, error, status, case when gone then :now::timestamptz end,
           case when gone then 'gone' else '' end
         from unnest(:accounts::text[], :urls::text[], :errors::text[], :statuses::int[], :gone::boolean[])
           as failed (account_id, url, error, status, gone)
         order by account_id, url
         on conflict (account_id, url_hash) do update set
           failing_since = coalesce(known.failing_since, excluded.failing_since),
           last_error = excluded.last_error,
           last_status = excluded.last_status,
           disabled_at = coalesce(known.disabled_at, excluded.disabled_at,
             case when known.failing_since <= :longAgo then :now::timestamptz end),
           disabled_reason = case
             when known.disabled_at is not null then known.disabled_reason
             when excluded.disabled_at is not null then 'gone'
             when known.failing_since <= :longAgo then 'failing' else '' end
         returning account_id, url, disabled_at = :now as is_fresh`,
        {
          ...keyColumns(failed),
          now: new Date(now),
          longAgo: new Date(now - DISABLE_AFTER_MS),
          errors: failed.map(({ attempt }) => attempt.error),
          statuses: failed.map(({ attempt }) => attempt.status),
          gone: failed.map(({ verdict }) => verdict.state === 'dead' && verdict.disable),
        },
      );
      return (rows as { account_id: EndpointKey['accountId']; url: string; is_fresh: boolean | null }[])
        .filter(({ is_fresh: isFresh }) => isFresh)
        .map((row) => ({ accountId: row.account_id, url: row.url }));
    },

    /** Uses addresses again; answers how many of them there are. */
    async enable(keys: readonly EndpointKey[], query: Pick<Tx, 'raw'> = knex): Promise<number> {
      if (keys.length === 0) return 0;
      try {
        const { rows } = await query.raw(
          `update endpoints set failing_since = null, disabled_at = null, disabled_reason = ''
           from (
             select account_id, url_hash from endpoints
             where (account_id, url_hash) in (${keysOf(':accounts', ':urls')})
             order by account_id, url for update) as chosen
           where (endpoints.account_id, endpoints.url_hash) = (chosen.account_id, chosen.url_hash) returning 1`,
          keyColumns(keys),
        );
        return rows.length;
      } catch (error) {
        throw translate(error);
      }
    },

    /** Forgets addresses that are in order, or whose trouble began before a time; answers how many there were. */
    async prune(limit: number, { before }: { before: number }): Promise<number> {
      try {
        const { rowCount } = await prepared(
          knex,
          `delete from endpoints where (account_id, url_hash) in (
             select account_id, url_hash from endpoints
             where coalesce(disabled_at, failing_since, '-infinity') < :before
             order by coalesce(disabled_at, failing_since, '-infinity') limit :limit for update skip locked)`,
          { before: new Date(before), limit },
        );
        return rowCount;
      } catch (error) {
        throw translate(error);
      }
    },

    /** An account's addresses that are in trouble, by URL. */
    async list(accountId: string): Promise<Endpoint[]> {
      try {
        const { rows } = await knex.raw(
          `select url, failing_since, last_error, last_status, disabled_at, disabled_reason from endpoints
           where account_id = ? and (failing_since is not null or disabled_at is not null) order by url limit 1000`,
          [accountId],
        );
        return (rows as EndpointRow[]).map((row) => ({
          url: row.url,
          failingSince: row.failing_since?.getTime(),
          lastError: row.last_error as AttemptError | '',
          lastStatus: row.last_status,
          disabledAt: row.disabled_at?.getTime(),
          disabledReason: row.disabled_reason as DisabledReason | '',
        }));
      } catch (error) {
        throw translate(error);
      }
    },
  };
}
