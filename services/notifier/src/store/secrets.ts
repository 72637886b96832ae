import { translate, type Database, type Tx } from '@earshot/db';

export type Secrets = ReturnType<typeof createSecrets>;

/** A signing secret as it is kept. Times in milliseconds since 1970. */
export interface SealedSecret {
  readonly sealed: Buffer;
  readonly createdAt: number;
  /** Undefined for the newest of an account. */
  readonly validUntil: number | undefined;
}

interface SecretRow {
  sealed: Buffer;
  created_at: Date;
  valid_until: Date | null;
}

/** The secrets table: sealed, one that stays for each account, and those that it follows for as long as they are valid. */
export function createSecrets(database: Database) {
  const { knex } = database;

  async function list(accountId: string, now: number, query: Pick<Tx, 'raw'> = knex): Promise<SealedSecret[]> {
    try {
      const { rows } = await query.raw(
        `select sealed, created_at, valid_until from secrets
         where account_id = ? and (valid_until is null or valid_until > ?) order by secret_id desc`,
        [accountId, new Date(now)],
      );
      return (rows as SecretRow[]).map((row) => ({
        sealed: row.sealed,
        createdAt: row.created_at.getTime(),
        validUntil: row.valid_until?.getTime(),
      }));
    } catch (error) {
      throw translate(error);
    }
  }

  return {
    /** An account's valid secrets, the newest first. */
    list: (accountId: string, now: number) => list(accountId, now),

    /** Stores a secret unless the account has one; answers those that are valid then. */
    async keep(accountId: string, { sealed, now }: { sealed: Buffer; now: number }): Promise<SealedSecret[]> {
      try {
        await knex.raw(
          `insert into secrets (account_id, sealed, created_at) values (?, ?, ?)
           on conflict (account_id) where valid_until is null do nothing`,
          [accountId, sealed, new Date(now)],
        );
      } catch (error) {
        throw translate(error);
      }
      return list(accountId, now);
    },

    /**
     * Puts a new secret before the account's others, which stay valid until `validUntil` at the latest, and forgets what
     * is not valid any more. Undefined, and nothing changed: there would be more than `most`.
     */
    async rotate(
      accountId: string,
      { sealed, now, validUntil, most }: { sealed: Buffer; now: number; validUntil: number; most: number },
    ): Promise<SealedSecret[] | undefined> {
      return database.transaction(async (tx) => {
        await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`secrets ${accountId}`]);
        const staying = validUntil > now ? (await list(accountId, now, tx)).length : 0;
        if (staying >= most) return undefined;
        await tx.raw(
          `update secrets set valid_until = least(valid_until, :validUntil::timestamptz) where account_id = :accountId`,
          { accountId, validUntil: new Date(validUntil) },
        );
        await tx.raw('delete from secrets where account_id = ? and valid_until <= ?', [accountId, new Date(now)]);
        await tx.raw('insert into secrets (account_id, sealed, created_at) values (?, ?, ?)', [
          accountId,
          sealed,
          new Date(now),
        ]);
        return list(accountId, now, tx);
      });
    },
  };
}
