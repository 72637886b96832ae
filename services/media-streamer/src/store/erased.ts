import { translate, type Database, type Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';

interface ErasedRow {
  bot_id: string;
  objects: number;
  is_over: boolean;
}

export type Erased = ReturnType<typeof createErased>;

/** The erased table: how many objects of each bot there were to erase. */
export function createErased({ knex }: Pick<Database, 'knex'>) {
  return {
    /**
     * Notes what was found of a bot, before any of it is deleted, and answers how many objects were found in all. What is found by a try that follows one
     * that was not over was counted by that.
     */
    async note(tx: Tx, botId: BotId, found: number): Promise<number> {
      const [row] = await tx<ErasedRow>('erased')
        .insert({ bot_id: botId, objects: found, is_over: false })
        .onConflict('bot_id')
        .merge({
          objects: knex.raw('erased.objects + case when erased.is_over then excluded.objects else 0 end'),
          is_over: false,
        })
        .returning('objects');
      return row?.objects ?? 0;
    },

    /** Deletes the number of a bot: its caller has it. */
    async drop(botId: BotId): Promise<void> {
      try {
        await knex<ErasedRow>('erased').where({ bot_id: botId }).delete();
      } catch (error) {
        throw translate(error);
      }
    },

    /** All that was noted is gone. */
    async end(botId: BotId): Promise<void> {
      try {
        await knex<ErasedRow>('erased').where({ bot_id: botId }).update({ is_over: true });
      } catch (error) {
        throw translate(error);
      }
    },
  };
}
