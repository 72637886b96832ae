import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { ArtifactPart } from '../domain/artifact-part.ts';

interface ArtifactPartRow {
  bot_id: string;
  artifact: string;
  part_index: number;
  samples: number;
  codec: string;
  blob_key: string | null;
  sha256: string;
  missing_samples: number;
}

/** The only artifact that has parts. */
const artifact = 'mixed-audio';

export type ArtifactParts = ReturnType<typeof createArtifactParts>;

/** The artifact_parts table: where finished recordings lie. */
export function createArtifactParts({ knex }: Pick<Database, 'knex'>) {
  return {
    /** In order; none of a recording that lies in one file, as before there were parts. */
    async list(botId: BotId): Promise<ArtifactPart[]> {
      try {
        const rows = await knex<ArtifactPartRow>('artifact_parts')
          .where({ bot_id: botId, artifact })
          .orderBy('part_index');
        return rows.map(fromRow);
      } catch (error) {
        throw translate(error);
      }
    },

    /** The blob of a part is gone: from here on it is silence. */
    async lose(botId: BotId, { index, samples }: Pick<ArtifactPart, 'index' | 'samples'>): Promise<void> {
      try {
        await knex<ArtifactPartRow>('artifact_parts')
          .where({ bot_id: botId, artifact, part_index: index })
          .update({ blob_key: null, missing_samples: samples });
      } catch (error) {
        throw translate(error);
      }
    },

    /** Writes a part, unless it is there; returns the one that is. */
    async add(tx: Tx, botId: BotId, part: ArtifactPart): Promise<ArtifactPart> {
      const row = toRow(botId, part);
      await tx<ArtifactPartRow>('artifact_parts').insert(row).onConflict(['bot_id', 'artifact', 'part_index']).ignore();
      const where = { bot_id: botId, artifact, part_index: part.index };
      const stored = await tx<ArtifactPartRow>('artifact_parts').where(where).first();
      return stored ? fromRow(stored) : part;
    },
  };
}

function fromRow(row: ArtifactPartRow): ArtifactPart {
  return {
    index: row.part_index,
    samples: row.samples,
    codec: row.codec as ArtifactPart['codec'],
    key: row.blob_key ?? undefined,
    sha256: row.sha256,
    missingSamples: row.missing_samples,
  };
}

function toRow(botId: BotId, { index, samples, codec, key, sha256, missingSamples }: ArtifactPart): ArtifactPartRow {
  return {
    bot_id: botId,
    artifact,
    part_index: index,
    samples,
    codec,
    blob_key: key ?? null,
    sha256,
    missing_samples: missingSamples,
  };
}
