import { translate, type Database } from '@earshot/db';

export type Secrets = ReturnType<typeof createSecrets>;

/** The secrets table: sealed, one an account. */
export function createSecrets(database: Database) {
  const { knex } = database;
  return {
    async find(accountId: string): Promise<Buffer | undefined> {
      try {
        const row = await knex('secrets').where({ account_id: accountId }).first('sealed');
        return row?.sealed as Buffer | undefined;
      } catch (error) {
        throw translate(error);
      }
    },

    /** Stores a secret unless the account has one; answers the one that stays. */
    async keep(accountId: string, sealed: Buffer): Promise<Buffer> {
      try {
        await knex('secrets').insert({ account_id: accountId, sealed }).onConflict('account_id').ignore();
      } catch (error) {
        throw translate(error);
      }
      return (await this.find(accountId)) ?? sealed;
    },
  };
}
