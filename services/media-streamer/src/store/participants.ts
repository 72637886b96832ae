import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Queryable, type Tx } from '@earshot/db';
import type { Participant, Stay } from '../domain/roster.ts';
import { insertInParts } from './insert-in-parts.ts';

interface ParticipantRow {
  bot_id: string;
  participant_id: string;
  name: string;
  joined_ms: number;
  stay_ms: number;
  left_ms: number | null;
  /** As jsonb; written as text. */
  earlier_stays: readonly Stay[] | string;
  already_present: boolean;
  said_joined_ms: number | null;
  said_left_ms: number | null;
}

export type Participants = ReturnType<typeof createParticipants>;

/** The participants table. */
export function createParticipants({ knex }: Database) {
  return {
    /** In the order they came. */
    async list(botId: BotId, query: Queryable = knex): Promise<Participant[]> {
      try {
        const rows = await query<ParticipantRow>('participants')
          .where({ bot_id: botId })
          .orderBy(['joined_ms', 'participant_id']);
        return rows.map(fromRow);
      } catch (error) {
        throw translate(error);
      }
    },

    /** Whether anybody was there. */
    async any(tx: Tx, botId: BotId): Promise<boolean> {
      return (await tx<ParticipantRow>('participants').where({ bot_id: botId }).first('bot_id')) !== undefined;
    },

    /** Writes participants, each at most once in the list. */
    async save(tx: Tx, botId: BotId, participants: readonly Participant[]): Promise<void> {
      const rows = participants.map((participant) => toRow(botId, participant));
      await insertInParts(tx, { table: 'participants', rows }, (insert) =>
        insert.onConflict(['bot_id', 'participant_id']).merge(),
      );
    },
  };
}

function fromRow(row: ParticipantRow): Participant {
  return {
    participantId: row.participant_id,
    name: row.name,
    joinedMs: row.joined_ms,
    stayMs: row.stay_ms,
    leftMs: row.left_ms ?? undefined,
    earlierStays: row.earlier_stays as readonly Stay[],
    alreadyPresent: row.already_present,
    saidJoinedMs: row.said_joined_ms ?? undefined,
    saidLeftMs: row.said_left_ms ?? undefined,
  };
}

function toRow(botId: BotId, participant: Participant): ParticipantRow {
  return {
    bot_id: botId,
    participant_id: participant.participantId,
    name: participant.name,
    joined_ms: participant.joinedMs,
    stay_ms: participant.stayMs,
    left_ms: participant.leftMs ?? null,
    earlier_stays: JSON.stringify(participant.earlierStays),
    already_present: participant.alreadyPresent,
    said_joined_ms: participant.saidJoinedMs ?? null,
    said_left_ms: participant.saidLeftMs ?? null,
  };
}
