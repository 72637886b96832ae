import type { Database, Tx } from '@earshot/db';
import type { BotId, JoinerId, AssignmentRef } from '@earshot/kernel';

/** What a bot is to write into its meeting's chat. */
export interface Message {
  readonly messageId: string;
  readonly botId: BotId;
  readonly text: string;
}

interface Row {
  message_id: string;
  bot_id: string;
  text: string;
}

export type Messages = ReturnType<typeof createMessages>;

/** The messages that wait to be sent; one that was sent is kept nowhere but in the meeting's chat. */
export function createMessages({ knex }: Database) {
  return {
    async add(tx: Tx, { messageId, botId, text }: Message): Promise<void> {
      await tx<Row>('messages').insert({ message_id: messageId, bot_id: botId, text });
    },

    async count(tx: Tx, botId: BotId): Promise<number> {
      const [row] = await tx<Row>('messages').where({ bot_id: botId }).count<{ count: string }[]>();
      return Number(row?.count ?? 0);
    },

    /** Waiting messages of the bots that a joiner has inside, in the order of the requests. */
    async waitingAt(joinerId: JoinerId): Promise<(Message & AssignmentRef)[]> {
      const rows = await knex<Row>('messages')
        .join('bots', 'bots.bot_id', 'messages.bot_id')
        .where({ 'bots.joiner_id': joinerId })
        .whereRaw(`bots.state in ('in-meeting', 'recording', 'paused')`)
        .orderBy('messages.position')
        .select<(Row & { epoch: string })[]>('messages.message_id', 'messages.bot_id', 'messages.text', 'bots.epoch');
      return rows.map((row) => ({
        messageId: row.message_id,
        botId: row.bot_id as BotId,
        epoch: Number(row.epoch),
        text: row.text,
      }));
    },

    async drop(tx: Tx, messageId: string): Promise<boolean> {
      return (await tx<Row>('messages').where({ message_id: messageId }).delete()) > 0;
    },

    async dropAllOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<Row>('messages').where({ bot_id: botId }).delete();
    },
  };
}
