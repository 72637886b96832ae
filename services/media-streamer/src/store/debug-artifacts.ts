import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { DebugArtifact, DebugKind } from '../domain/debug-artifact.ts';

interface DebugArtifactRow {
  bot_id: string;
  attempt: number;
  kind: string;
  taken_at: Date;
  reason: string;
  bytes: number;
}

export type DebugArtifacts = ReturnType<typeof createDebugArtifacts>;

/** The debug_artifacts table. */
export function createDebugArtifacts({ knex }: Database) {
  return {
    /** The first attempt first. */
    async list(botId: BotId): Promise<DebugArtifact[]> {
      try {
        const rows = await knex<DebugArtifactRow>('debug_artifacts')
          .where({ bot_id: botId })
          .orderBy(['attempt', 'kind']);
        return rows.map(({ attempt, kind, taken_at: takenAt, reason, bytes }) => ({
          ...{ attempt, reason, bytes },
          ...{ kind: kind as DebugKind, takenAt: takenAt.getTime() },
        }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Writes one; an earlier one of the same attempt and kind is replaced. */
    async save(tx: Tx, botId: BotId, { attempt, kind, takenAt, reason, bytes }: DebugArtifact): Promise<void> {
      const row = { bot_id: botId, attempt, kind, taken_at: new Date(takenAt), reason, bytes };
      await tx<DebugArtifactRow>('debug_artifacts').insert(row).onConflict(['bot_id', 'attempt', 'kind']).merge();
    },
  };
}
