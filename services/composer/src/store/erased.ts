import { prepared, type Database, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';

interface ErasedRow {
  bot_id: string;
  erased_at: Date;
  objects: number;
}

export type Erased = ReturnType<typeof createErased>;

/** The erased table: of which bots nothing may be made any more, and how many working files of each were erased. */
export function createErased({ knex }: Pick<Database, 'knex'>) {
  return {
    /** Makes what looks whether a bot is erased and what erases it wait for each other, until their transactions end. */
    async lockBot(tx: Tx, botId: BotId): Promise<void> {
      await prepared(tx, 'select pg_advisory_xact_lock(hashtext(?))', [`composer:${botId}`]);
    },

    async has(tx: Tx, botId: BotId): Promise<boolean> {
      return (await tx<ErasedRow>('erased').where({ bot_id: botId }).first()) !== undefined;
    },

    async mark(tx: Tx, botId: BotId, now: number): Promise<void> {
      await tx<ErasedRow>('erased')
        .insert({ bot_id: botId, erased_at: new Date(now), objects: 0 })
        .onConflict('bot_id')
        .ignore();
    },

    /** Adds to the number of a bot, and returns it. */
    async count(botId: BotId, objects: number): Promise<number> {
      const [row] = await knex<ErasedRow>('erased')
        .where({ bot_id: botId })
        .update({ objects: knex.raw('objects + ?', [objects]) })
        .returning('objects');
      return row?.objects ?? 0;
    },

    /** Deletes what was erased before a time; answers how many there were. */
    async prune(limit: number, { erasedBefore }: { erasedBefore: number }): Promise<number> {
      const { rowCount } = await prepared(
        knex,
        `delete from erased where bot_id = any(array(
           select bot_id from erased where erased_at < :before order by erased_at limit :limit for update skip locked))`,
        { before: new Date(erasedBefore), limit },
      );
      return rowCount;
    },
  };
}
