import { seal, translate, unseal, type Database, type Tx } from '@earshot/db';
import type { AccountId, BotId } from '@earshot/kernel';
import type { ApiKeys, Provider } from '../domain/provider-key.ts';

interface BotKeyRow {
  bot_id: string;
  provider: string;
  account_id: string;
  sealed: Buffer;
  created_at: Date;
  is_ordered: boolean;
}

/** Whose key it is. */
export interface BotKeyOwner {
  readonly accountId: AccountId;
  readonly botId: BotId;
}

export type BotKeys = ReturnType<typeof createBotKeys>;

/** The bot_keys table: keys that were stored for one bot, sealed to it and its provider. */
export function createBotKeys({ knex }: Database, sealingKey: Buffer) {
  const table = () => knex<BotKeyRow>('bot_keys');
  const sealedTo = ({ accountId, botId }: BotKeyOwner, provider: string) =>
    JSON.stringify(['bot-key', accountId, botId, provider]);

  return {
    /** Stores a key in place of the one before; `at`: milliseconds since 1970. */
    async put(owner: BotKeyOwner, key: { provider: Provider; apiKey: string; at: number }): Promise<void> {
      const { provider, apiKey, at } = key;
      const row = { bot_id: owner.botId, provider, account_id: owner.accountId, created_at: new Date(at) };
      const sealed = seal(sealingKey, apiKey, sealedTo(owner, provider));
      await table()
        .insert({ ...row, sealed })
        .onConflict(['bot_id', 'provider'])
        .merge(['sealed', 'account_id', 'created_at'])
        .catch(thrown);
    },

    /** A bot's keys in the clear. */
    async open(owner: BotKeyOwner): Promise<ApiKeys> {
      const rows = await table().where({ bot_id: owner.botId, account_id: owner.accountId }).catch(thrown);
      return Object.fromEntries(
        rows.map(({ provider, sealed }) => [provider, unseal(sealingKey, sealed, sealedTo(owner, provider))]),
      );
    },

    /** A fact about the bot was consumed: its keys stay for as long as its data. */
    async noteOrdered(tx: Tx, botId: BotId): Promise<void> {
      await tx<BotKeyRow>('bot_keys').where({ bot_id: botId, is_ordered: false }).update({ is_ordered: true });
    },

    /** Deletes keys of bots without any fact that were stored before a time, in milliseconds since 1970. */
    async prune({ putBefore }: { putBefore: number }): Promise<void> {
      await table().where({ is_ordered: false }).where('created_at', '<', new Date(putBefore)).delete();
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<BotKeyRow>('bot_keys').where({ bot_id: botId }).delete();
    },

    /** The same for its owner alone. */
    async forget({ accountId, botId }: BotKeyOwner): Promise<void> {
      await table().where({ bot_id: botId, account_id: accountId }).delete().catch(thrown);
    },
  };
}

function thrown(error: unknown): never {
  throw translate(error);
}
