import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Queryable, type Tx } from '@earshot/db';
import type { PublishedSpeech } from '../domain/published-speech.ts';
import { insertInParts } from './insert-in-parts.ts';

interface SpeechRow {
  bot_id: string;
  participant_id: string;
  name: string;
  on_ms: number;
  off_ms: number | null;
}

export type Speeches = ReturnType<typeof createSpeeches>;

/** The speeches table. */
export function createSpeeches({ knex }: Pick<Database, 'knex'>) {
  return {
    /** The last of each participant. */
    async list(botId: BotId, query: Queryable = knex): Promise<PublishedSpeech[]> {
      try {
        const rows = await query<SpeechRow>('speeches').where({ bot_id: botId });
        return rows.map((row) => ({
          ...{ participantId: row.participant_id, name: row.name, onMs: row.on_ms, offMs: row.off_ms ?? undefined },
        }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Writes speeches, of each participant at most one in the list. */
    async save(tx: Tx, botId: BotId, speeches: readonly PublishedSpeech[]): Promise<void> {
      const rows = speeches.map(({ participantId, name, onMs, offMs }): SpeechRow => ({
        ...{ bot_id: botId, participant_id: participantId, name, on_ms: onMs, off_ms: offMs ?? null },
      }));
      await insertInParts(tx, { table: 'speeches', rows }, (insert) =>
        insert.onConflict(['bot_id', 'participant_id']).merge(),
      );
    },
  };
}
