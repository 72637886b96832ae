import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { PausedInterval } from '../domain/pauses.ts';
import { insertInParts } from './insert-in-parts.ts';

interface PauseRow {
  bot_id: string;
  from_ms: number;
  to_ms: number;
}

export type Pauses = ReturnType<typeof createPauses>;

/** The pauses table. */
export function createPauses({ knex }: Pick<Database, 'knex'>) {
  return {
    /** As stored: what was reported again after a break is there twice. */
    async list(botId: BotId): Promise<PausedInterval[]> {
      try {
        const rows = await knex<PauseRow>('pauses').where({ bot_id: botId });
        return rows.map((row) => ({ fromMs: row.from_ms, toMs: row.to_ms }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Adds intervals; of one that is there the longer one stays. */
    async add(tx: Tx, botId: BotId, intervals: readonly PausedInterval[]): Promise<void> {
      const longest = new Map<number, PauseRow>();
      for (const { fromMs, toMs } of intervals) {
        if (toMs > (longest.get(fromMs)?.to_ms ?? -1))
          longest.set(fromMs, { bot_id: botId, from_ms: fromMs, to_ms: toMs });
      }
      await insertInParts(tx, { table: 'pauses', rows: [...longest.values()] }, (insert) =>
        insert.onConflict(['bot_id', 'from_ms']).merge({ to_ms: tx.raw('greatest(pauses.to_ms, excluded.to_ms)') }),
      );
    },
  };
}
