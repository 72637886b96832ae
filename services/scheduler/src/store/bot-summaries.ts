import { prepared, type Database, type Queryable } from '@earshot/db';
import type { AccountId, BotId, EndReason, Platform, BotState } from '@earshot/kernel';
import type { BotSummary } from '../domain/bot-summary.ts';

/** The longest attributes that a list shows: what the public API takes (gateway/src/contract/create-bot.ts). */
const LONGEST_ATTRIBUTES = 16 * 1024;

interface SummaryRow {
  bot_id: string;
  account_id: string;
  platform: string;
  meeting_url: string | null;
  bot_name: string | null;
  attributes_json: string | null;
  state: string;
  end_reason: string | null;
  created_at: Date;
  erased_at: Date | null;
  ordered_by_key: string | null;
}

/** The spec is taken apart once for each bot: it holds whole requests, and each `->` would unpack it anew. */
const page = (before: string) => `
  select bots.bot_id, bots.account_id, bots.state, bots.end_reason, bots.created_at, bots.erased_at, bots.ordered_by_key, spec."platform",
         spec."meetingUrl" as meeting_url, spec."botName" as bot_name,
         case when octet_length(spec."attributesJson") <= ${LONGEST_ATTRIBUTES} then spec."attributesJson" end as attributes_json
  from (select * from bots where account_id = :account ${before}
        order by created_at desc, bot_id desc limit :limit) as bots,
       jsonb_to_record(bots.spec) as spec ("platform" text, "meetingUrl" text, "botName" text, "attributesJson" text)
  order by bots.created_at desc, bots.bot_id desc`;
const FIRST_PAGE = page('');
const NEXT_PAGE = page('and (created_at, bot_id) < (:createdAt, :botId)');

const COUNT_WAITING = `
  select count(*)::int as waiting
  from (select 1 from bots where account_id = :account and state in ('scheduled', 'queued') limit :most) as waiting`;

export type BotSummaries = ReturnType<typeof createBotSummaries>;

/** The bots table, read for an account and not for one bot. */
export function createBotSummaries(database: Database) {
  return {
    /** An account's bots, newest first. */
    async list(
      account: AccountId,
      { limit, before }: { limit: number; before?: { createdAt: number; botId: string } | undefined },
    ): Promise<BotSummary[]> {
      const { rows } = await database.run<{ rows: SummaryRow[] }>((query) =>
        before
          ? prepared(query, NEXT_PAGE, {
              ...{ account, limit, botId: before.botId },
              createdAt: new Date(before.createdAt),
            })
          : prepared(query, FIRST_PAGE, { account, limit }),
      );
      return rows.map(fromRow);
    },

    /** How many bots of an account wait for their time or for a joiner; counts up to `most`. */
    async countWaiting(query: Queryable, account: AccountId, most: number): Promise<number> {
      const { rows } = (await prepared(query, COUNT_WAITING, { account, most })) as { rows: { waiting: number }[] };
      return rows[0]?.waiting ?? 0;
    },
  };
}

function fromRow(row: SummaryRow): BotSummary {
  return {
    botId: row.bot_id as BotId,
    accountId: row.account_id as AccountId,
    platform: row.platform as Platform,
    meetingUrl: row.meeting_url ?? '',
    botName: row.bot_name ?? '',
    attributesJson: row.attributes_json ?? '',
    state: row.state as BotState,
    endReason: (row.end_reason ?? undefined) as EndReason | undefined,
    createdAt: row.created_at.getTime(),
    erasedAt: row.erased_at?.getTime(),
    orderedByKey: row.ordered_by_key ?? undefined,
  };
}
