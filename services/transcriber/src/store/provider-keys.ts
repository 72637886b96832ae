import { seal, translate, unseal, type Database } from '@earshot/db';
import type { AccountId } from '@earshot/kernel';
import type { ApiKeys, Provider, ProviderKey } from '../domain/provider-key.ts';

interface ProviderKeyRow {
  account_id: string;
  provider: string;
  sealed: Buffer;
  last_four: string;
  created_at: Date;
}

/** No account has this id. */
const CHECK = { account_id: '', provider: 'check' } as const;

export type ProviderKeys = ReturnType<typeof createProviderKeys>;

/** The provider_keys table. Keys are sealed on their way in, each to its account and provider; the table has none in the clear. */
export function createProviderKeys({ knex }: Database, sealingKey: Buffer) {
  const table = () => knex<ProviderKeyRow>('provider_keys');
  const ownerOf = ({ account_id, provider }: Pick<ProviderKeyRow, 'account_id' | 'provider'>) =>
    JSON.stringify(['provider-key', account_id, provider]);
  const sealed = <T extends Pick<ProviderKeyRow, 'account_id' | 'provider'>>(row: T, apiKey: string) => ({
    ...row,
    sealed: seal(sealingKey, apiKey, ownerOf(row)),
  });

  return {
    /** Throws `failed-precondition` when what is stored was sealed under another key. */
    async checkSealingKey(now: number): Promise<void> {
      const check = { ...CHECK, last_four: '', created_at: new Date(now) };
      await translated(table().insert(sealed(check, 'check')).onConflict(['account_id', 'provider']).ignore());
      const kept = await translated(table().where(CHECK).first());
      if (kept) unseal(sealingKey, kept.sealed, ownerOf(CHECK));
    },

    /** Stores a key in place of the one before. */
    async put(accountId: AccountId, { apiKey, ...about }: ProviderKey & { readonly apiKey: string }): Promise<void> {
      const { provider, lastFour, createdAt } = about;
      const row = { account_id: accountId, provider, last_four: lastFour, created_at: new Date(createdAt) };
      await translated(table().insert(sealed(row, apiKey)).onConflict(['account_id', 'provider']).merge());
    },

    async list(accountId: AccountId): Promise<ProviderKey[]> {
      const rows = await translated(table().where({ account_id: accountId }).orderBy('provider'));
      return rows.map((row) => ({
        provider: row.provider as Provider,
        lastFour: row.last_four,
        createdAt: row.created_at.getTime(),
      }));
    },

    /** An account's keys in the clear. */
    async open(accountId: AccountId): Promise<ApiKeys> {
      const rows = await translated(table().where({ account_id: accountId }));
      return Object.fromEntries(rows.map((row) => [row.provider, unseal(sealingKey, row.sealed, ownerOf(row))]));
    },

    /** Returns whether there was one. */
    async delete(accountId: AccountId, provider: Provider): Promise<boolean> {
      return (await translated(table().where({ account_id: accountId, provider }).delete())) > 0;
    },
  };
}

async function translated<T>(query: PromiseLike<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw translate(error);
  }
}
