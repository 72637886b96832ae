import { prepared, translate, type Database, type Tx } from '@earshot/db';
import { SECOND } from '@earshot/kernel';
import { hashOf } from './url-hash.ts';

export type ErasedBots = ReturnType<typeof createErasedBots>;

/** At most so often the rows of a bot are looked at while something of it waits to be delivered. */
const LOOK_EVERY_MS = 5 * SECOND;

/** Address of an erased queue: there is one of each bot and address. */
const BLANK = `'erased:' || line_id`;

/** The erased_bots table, and what is left of such bots in the others. Queues of the bot are locked by whoever calls. */
export function createErasedBots(database: Database) {
  return {
    /** Which of these bots are erased; what is stored of them goes as soon as it was delivered. */
    async reschedule(tx: Tx, botIds: readonly string[], now: number): Promise<ReadonlySet<string>> {
      const { rows } = await prepared(
        tx,
        `update erased_bots set look_at = :now where bot_id = any(:botIds::text[]) returning bot_id`,
        { botIds: [...botIds], now: new Date(now) },
      );
      return new Set((rows as { bot_id: string }[]).map((row) => row.bot_id));
    },

    /** Adds bodies to the number of a bot, and answers it. Once `isFinal` the bot is forgotten as soon as it is clean. */
    async add(
      tx: Tx,
      botId: string,
      { objects, now, isFinal }: { objects: number; now: number; isFinal: boolean },
    ): Promise<number> {
      const { rows } = await prepared(
        tx,
        `insert into erased_bots as known (bot_id, objects, look_at, is_final) values (:botId, :objects, :now, :isFinal)
         on conflict (bot_id) do update set objects = known.objects + excluded.objects, look_at = excluded.look_at,
           is_final = known.is_final or excluded.is_final
         returning objects`,
        { botId, objects, now: new Date(now), isFinal },
      );
      return (rows as { objects: number }[])[0]?.objects ?? 0;
    },

    /** Bots whose rows are to be looked at. */
    async due(now: number, limit: number): Promise<string[]> {
      try {
        const { rows } = await prepared(
          database.knex,
          `select bot_id from erased_bots where look_at is not null and look_at <= ? order by look_at limit ?`,
          [new Date(now), limit],
        );
        return (rows as { bot_id: string }[]).map((row) => row.bot_id);
      } catch (error) {
        throw translate(error);
      }
    },

    /**
     * Takes bodies, addresses, labels and excerpts out of the rows of a bot, as far as nothing waits for its delivery, and addresses
     * that failed and are no other bot's. What waits is looked at again after its next attempt.
     */
    async clean(tx: Tx, botId: string, now: number): Promise<void> {
      const about = { botId, now: new Date(now) };
      await tx.raw(
        `update attempts set response_excerpt = '' where response_excerpt <> ''
           and position in (select position from deliveries where bot_id = :botId)`,
        about,
      );
      await tx.raw(
        `update lines set url = ${BLANK}, url_hash = ${hashOf(BLANK)}, host = '' where bot_id = :botId and url <> ${BLANK} and not exists (
           select 1 from deliveries where deliveries.line_id = lines.line_id and state = 'pending')`,
        about,
      );
      await tx.raw(
        `delete from endpoints where (account_id, url_hash) in (
           select account_id, ${hashOf('url')} from deliveries where bot_id = :botId and state <> 'pending' and url <> '')
         and not exists (select 1 from lines where lines.url_hash = endpoints.url_hash)`,
        about,
      );
      await tx.raw(
        `update deliveries set url = '', label = '', body = ''::bytea, erased_at = coalesce(erased_at, :now::timestamptz)
         where bot_id = :botId and state <> 'pending' and (url <> '' or erased_at is null)`,
        about,
      );
      await tx.raw(
        `update erased_bots set look_at = (
           select greatest(next_attempt_at + interval '1 second', :later::timestamptz) from deliveries
           where bot_id = :botId and state = 'pending' order by next_attempt_at limit 1)
         where bot_id = :botId`,
        { botId, later: new Date(now + LOOK_EVERY_MS) },
      );
      await tx.raw('delete from erased_bots where bot_id = ? and look_at is null and is_final', [botId]);
    },
  };
}
