import type { BotId } from '@earshot/kernel';
import { translate, type Database, type Tx } from '@earshot/db';
import type { ChatEntry } from '../domain/sequenced-batch.ts';
import { insertInParts } from './insert-in-parts.ts';

interface ChatRow {
  bot_id: string;
  message_id: string;
  sender_name: string;
  sender_id: string;
  text: string;
  at_ms: number;
  own: boolean;
}

export type Chat = ReturnType<typeof createChat>;

/** The chat table. */
export function createChat({ knex }: Database) {
  return {
    /** In the order it was written. */
    async list(botId: BotId): Promise<ChatEntry[]> {
      try {
        const rows = await knex<ChatRow>('chat').where({ bot_id: botId }).orderBy(['at_ms', 'message_id']);
        return rows.map((row) => ({
          messageId: row.message_id,
          senderName: row.sender_name,
          senderId: row.sender_id,
          text: row.text,
          atMs: row.at_ms,
          isOwn: row.own,
        }));
      } catch (error) {
        throw translate(error);
      }
    },

    /** Which of these messages are there. */
    async known(tx: Tx, botId: BotId, messageIds: readonly string[]): Promise<Set<string>> {
      const rows = await tx<ChatRow>('chat').where({ bot_id: botId }).whereIn('message_id', messageIds);
      return new Set(rows.map((row) => row.message_id));
    },

    /** Adds messages; one that is there is left as it is. */
    async add(tx: Tx, botId: BotId, lines: readonly ChatEntry[]): Promise<void> {
      const rows = lines.map((line): ChatRow => ({
        bot_id: botId,
        message_id: line.messageId,
        sender_name: line.senderName,
        sender_id: line.senderId,
        text: line.text,
        at_ms: line.atMs,
        own: line.isOwn ?? false,
      }));
      await insertInParts(tx, { table: 'chat', rows }, (insert) =>
        insert.onConflict(['bot_id', 'message_id']).ignore(),
      );
    },
  };
}
