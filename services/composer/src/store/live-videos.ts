import { prepared, type Database, type Tx } from '@earshot/db';
import type { AccountId, BotId } from '@earshot/kernel';
import type { LiveVideo, LiveVideoState } from '../domain/live-video.ts';
import type { Claim } from './compositions.ts';

interface LiveVideoRow {
  bot_id: string;
  account_id: string;
  state: LiveVideoState;
  owner: string | null;
  lease_until: Date | null;
  due_at: Date;
  started_at: Date | null;
}

export type LiveVideos = ReturnType<typeof createLiveVideos>;

/** The live_videos table: one row a bot whose video is streamed while its visit lasts. Times are milliseconds since 1970. */
export function createLiveVideos({ knex }: Pick<Database, 'knex'>) {
  const owned = (botId: BotId, owner: string) =>
    knex<LiveVideoRow>('live_videos').where({ bot_id: botId, owner, state: 'running' });
  return {
    /** Adds one, unless it is there. */
    async add(tx: Tx, { botId, accountId, at }: { botId: BotId; accountId: AccountId; at: number }): Promise<void> {
      await tx<LiveVideoRow>('live_videos')
        .insert({ bot_id: botId, account_id: accountId, state: 'wanted', due_at: new Date(at) })
        .onConflict('bot_id')
        .ignore();
    },

    /** Takes the one that waits the longest, or whose owner is gone. */
    async claim(now: number, { owner, leaseUntil }: Claim): Promise<LiveVideo | undefined> {
      const { rows } = await prepared(
        knex,
        `update live_videos set state = 'running', owner = :owner, lease_until = :until, started_at = coalesce(started_at, :now)
         where bot_id = (
           select bot_id from live_videos
           where state in ('wanted', 'running') and due_at <= :now and (lease_until is null or lease_until < :now)
           order by due_at limit 1 for update skip locked)
         returning *`,
        { owner, until: new Date(leaseUntil), now: new Date(now) },
      );
      const [row] = rows as LiveVideoRow[];
      return row && fromRow(row);
    },

    /** Answers whether it is still the owner's. */
    async renew(botId: BotId, { owner, leaseUntil }: Claim): Promise<boolean> {
      return (await owned(botId, owner).update({ lease_until: new Date(leaseUntil) })) > 0;
    },

    /** Releases it, for whoever takes it from `dueAt` on. */
    async release(botId: BotId, { owner, dueAt }: { owner: string; dueAt: number }): Promise<void> {
      const waiting = { state: 'wanted' as const, due_at: new Date(dueAt), owner: null, lease_until: null };
      await owned(botId, owner).update(waiting);
    },

    /** Gives up those that found no process with room for them in time; answers which. */
    async refuse(waitingSince: number): Promise<BotId[]> {
      const before = new Date(waitingSince);
      const rows = await knex<LiveVideoRow>('live_videos')
        .whereRaw(`state in ('wanted', 'running') and coalesce(lease_until, due_at) < ?`, [before])
        .where('due_at', '<', before)
        .update({ state: 'refused', owner: null, lease_until: null })
        .returning('bot_id');
      return rows.map((row) => row.bot_id as BotId);
    },

    /** The visit is over. Whoever streams it sees that for themselves, and ends it as it is documented. */
    async endWanted(tx: Tx, botId: BotId): Promise<void> {
      await tx<LiveVideoRow>('live_videos').where({ bot_id: botId, state: 'wanted' }).update({ state: 'ended' });
    },

    /** The visit was streamed to its end. */
    async end(botId: BotId, owner: string): Promise<void> {
      await owned(botId, owner).update({ state: 'ended', owner: null, lease_until: null });
    },

    async deleteOf(tx: Tx, botId: BotId): Promise<void> {
      await tx<LiveVideoRow>('live_videos').where({ bot_id: botId }).delete();
    },
  };
}

function fromRow(row: LiveVideoRow): LiveVideo {
  return {
    botId: row.bot_id as BotId,
    accountId: row.account_id as AccountId,
    startedAt: row.started_at?.getTime() ?? 0,
  };
}
