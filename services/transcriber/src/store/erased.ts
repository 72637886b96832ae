import type { Database, Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';

interface ErasedRow {
  bot_id: string;
  objects: number;
}

export type Erased = ReturnType<typeof createErased>;

/** The erased table: how many transcripts of each bot were erased. */
export function createErased({ knex }: Pick<Database, 'knex'>) {
  return {
    /** Adds to the number of a bot, and returns it. */
    async add(tx: Tx, botId: BotId, objects: number): Promise<number> {
      const [row] = await tx<ErasedRow>('erased')
        .insert({ bot_id: botId, objects })
        .onConflict('bot_id')
        .merge({ objects: knex.raw('erased.objects + excluded.objects') })
        .returning('objects');
      return row?.objects ?? 0;
    },

    /** Deletes the number of a bot: its caller has it. */
    async drop(tx: Tx, botId: BotId): Promise<void> {
      await tx<ErasedRow>('erased').where({ bot_id: botId }).delete();
    },
  };
}
