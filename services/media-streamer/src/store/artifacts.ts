import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { ArtifactKind, ArtifactState, StoredArtifact } from '../domain/artifact.ts';

interface ArtifactRow {
  bot_id: string;
  artifact_id: string;
  kind: string;
  state: string;
  participant_id: string;
  participant_name: string;
  track_id: string;
  segment_index: number;
  content_type: string;
  blob_key: string | null;
  bytes: number;
  duration_ms: number;
  offset_ms: number;
  codec: string;
  width: number;
  height: number;
  sample_rate: number;
  channels: number;
  frames: number;
  dropped_frames: number;
  sha256: string;
  detail: string;
  created_at: Date;
}

export type Artifacts = ReturnType<typeof createArtifacts>;

/** The artifacts table: every file that came of a visit beside the mix, which the recordings table has. */
export function createArtifacts({ knex }: Pick<Database, 'knex'>) {
  return {
    /** By kind, then by participant, stream and segment. */
    async list(botId: BotId): Promise<StoredArtifact[]> {
      try {
        const rows = await knex<ArtifactRow>('artifacts')
          .where({ bot_id: botId })
          .orderBy(['kind', 'participant_id', 'track_id', 'segment_index', 'artifact_id']);
        return rows.map(fromRow);
      } catch (error) {
        throw translate(error);
      }
    },

    async find(botId: BotId, artifactId: string, query: Pick<Database, 'knex'>['knex'] | Tx = knex) {
      try {
        const row = await query<ArtifactRow>('artifacts').where({ bot_id: botId, artifact_id: artifactId }).first();
        return row && fromRow(row);
      } catch (error) {
        throw translate(error);
      }
    },

    /** Writes one; an earlier one of the same id is replaced. */
    async save(tx: Tx, botId: BotId, artifact: StoredArtifact): Promise<void> {
      await tx<ArtifactRow>('artifacts').insert(toRow(botId, artifact)).onConflict(['bot_id', 'artifact_id']).merge();
    },
  };
}

function fromRow(row: ArtifactRow): StoredArtifact {
  return {
    artifactId: row.artifact_id,
    kind: row.kind as ArtifactKind,
    state: row.state as ArtifactState,
    participantId: row.participant_id,
    participantName: row.participant_name,
    trackId: row.track_id,
    segmentIndex: row.segment_index,
    contentType: row.content_type,
    key: row.blob_key ?? undefined,
    bytes: row.bytes,
    durationMs: row.duration_ms,
    offsetMs: row.offset_ms,
    codec: row.codec,
    width: row.width,
    height: row.height,
    sampleRate: row.sample_rate,
    channels: row.channels,
    frames: row.frames,
    droppedFrames: row.dropped_frames,
    sha256: row.sha256,
    detail: row.detail,
    createdAt: row.created_at.getTime(),
  };
}

function toRow(botId: BotId, artifact: StoredArtifact): ArtifactRow {
  return {
    bot_id: botId,
    artifact_id: artifact.artifactId,
    kind: artifact.kind,
    state: artifact.state,
    participant_id: artifact.participantId,
    participant_name: artifact.participantName,
    track_id: artifact.trackId,
    segment_index: artifact.segmentIndex,
    content_type: artifact.contentType,
    blob_key: artifact.key ?? null,
    bytes: artifact.bytes,
    duration_ms: artifact.durationMs,
    offset_ms: artifact.offsetMs,
    codec: artifact.codec,
    width: artifact.width,
    height: artifact.height,
    sample_rate: artifact.sampleRate,
    channels: artifact.channels,
    frames: artifact.frames,
    dropped_frames: artifact.droppedFrames,
    sha256: artifact.sha256,
    detail: artifact.detail,
    created_at: new Date(artifact.createdAt),
  };
}
