import { createHash } from 'node:crypto';
import type { Database } from '@earshot/db';
import { AppError, SECOND, withTimeout, type AccountId } from '@earshot/kernel';

/** Who is asking, by the key that was shown. */
export interface Caller {
  readonly accountId: AccountId;
  /** Distinguishes one key of an account from another, and does not give it away. */
  readonly keyId: string;
  readonly callbackVersion: string | undefined;
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

/** Of the hash's digits: enough to tell apart all keys there will be. */
const KEY_ID_LENGTH = 20;

/** How long an answer is believed without asking again; a revoked key is refused after at most this long. */
const REMEMBER_MS = 5000;

/** Who asks is not to wait for a database that has fallen silent, in milliseconds. */
const LOOKUP_MS = 3 * SECOND;

/** API keys, stored as hashes only. */
export function createApiKeys(database: Database, now: () => number) {
  const remembered = new Map<string, { caller: Caller | undefined; until: number }>();

  return {
    /** Throws `unavailable` when the database is away, or does not answer in three seconds. */
    async find(key: string): Promise<Caller | undefined> {
      const hash = sha256(key);
      const known = remembered.get(hash);
      if (known && known.until > now()) return known.caller;
      const row = await withTimeout(
        database.run((query) => query('api_keys').where({ key_sha256: hash, revoked_at: null }).first()),
        {
          timeoutMs: LOOKUP_MS,
          toError: () => new AppError('unavailable', 'the database does not answer in time'),
        },
      );
      const caller = row && {
        accountId: row.account_id as AccountId,
        keyId: hash.slice(0, KEY_ID_LENGTH),
        callbackVersion: row.callback_version ?? undefined,
      };
      if (remembered.size > 10_000) remembered.clear();
      remembered.set(hash, { caller, until: now() + REMEMBER_MS });
      return caller;
    },

    /** Makes a key usable; doing so again changes nothing. */
    async ensure(key: string, accountId: AccountId): Promise<void> {
      await database
        .knex('api_keys')
        .insert({ key_sha256: sha256(key), account_id: accountId, created_at: new Date(now()) })
        .onConflict('key_sha256')
        .ignore();
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
