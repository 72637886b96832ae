import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { SpeakingInterval } from '../domain/speaking.ts';
import { insertInParts } from './insert-in-parts.ts';

interface SpeakingRow {
  bot_id: string;
  participant_id: string;
  from_ms: number;
  to_ms: number;
}

export type Speaking = ReturnType<typeof createSpeaking>;

/** The speaking table. */
export function createSpeaking({ knex }: Database) {
  return {
    /** As stored: what was reported again after a break is there twice. */
    async list(botId: BotId): Promise<SpeakingInterval[]> {
      try {
        const rows = await knex<SpeakingRow>('speaking').where({ bot_id: botId });
        return rows.map((row) => ({ participantId: row.participant_id, fromMs: row.from_ms, toMs: row.to_ms }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Adds intervals; of one that is there the longer one stays. */
    async add(tx: Tx, botId: BotId, intervals: readonly SpeakingInterval[]): Promise<void> {
      const longest = new Map<string, SpeakingRow>();
      for (const { participantId, fromMs, toMs } of intervals) {
        const key = `${fromMs} ${participantId}`;
        if (toMs <= (longest.get(key)?.to_ms ?? -1)) continue;
        longest.set(key, { bot_id: botId, participant_id: participantId, from_ms: fromMs, to_ms: toMs });
      }
      await insertInParts(tx, { table: 'speaking', rows: [...longest.values()] }, (insert) =>
        insert
          .onConflict(['bot_id', 'participant_id', 'from_ms'])
          .merge({ to_ms: tx.raw('greatest(speaking.to_ms, excluded.to_ms)') }),
      );
    },
  };
}
