import { translate, type Database, type Tx } from '@earshot/db';

export type ToldErasures = ReturnType<typeof createToldErasures>;

/** The told_erasures table. */
export function createToldErasures({ knex }: Pick<Database, 'knex'>) {
  return {
    async add(tx: Tx, botIds: readonly string[]): Promise<void> {
      if (botIds.length === 0) return;
      const rows = botIds.map((botId) => ({ bot_id: botId }));
      await tx('told_erasures').insert(rows).onConflict('bot_id').ignore();
    },

    async some(limit: number): Promise<string[]> {
      try {
        const rows = await knex<{ bot_id: string }>('told_erasures').limit(limit).select('bot_id');
        return rows.map((row) => row.bot_id);
      } catch (error) {
        throw translate(error);
      }
    },

    async drop(botIds: readonly string[]): Promise<void> {
      try {
        await knex('told_erasures')
          .whereIn('bot_id', [...botIds])
          .delete();
      } catch (error) {
        throw translate(error);
      }
    },
  };
}
