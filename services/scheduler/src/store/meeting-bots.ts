import type { Database, Tx } from '@earshot/db';
import type { BotId, JoinerId, BotIdentity, OtherBot, BotState } from '@earshot/kernel';
import { assignedStates } from '../domain/bot-state.ts';

/** States in which a bot is to be seen in its meeting; one that leaves may be for a moment. */
const seenStates: readonly BotState[] = ['in-meeting', 'recording', 'paused', 'leaving'];
const oneOf = (column: string, states: readonly BotState[]) =>
  `${column} in (${states.map((state) => `'${state}'`).join(', ')})`;
/** No page tells more of them apart. */
const MAX_OTHERS = 100;

interface Row {
  readonly bot_id: string;
  readonly name: string;
  readonly roster_id: string | null;
  readonly certificates: string[] | null;
}

export type MeetingBots = ReturnType<typeof createMeetingBots>;

/** Bots as far as they are in one meeting, and what was reported of them there. */
export function createMeetingBots({ knex }: Database) {
  return {
    /** For each bot of a joiner that is not alone in its meeting: the other bots there, of whatever account. */
    async othersOf(joinerId: JoinerId): Promise<ReadonlyMap<BotId, readonly OtherBot[]>> {
      const { rows } = await knex.raw<{ rows: Row[] }>(
        // A page of an unknown make may have its room in what two links differ by: there no name proves anything.
        `select mine.bot_id, other.roster_id, other.certificates,
           case when mine.spec->>'platform' <> 'web' or mine.spec->>'meetingUrl' = other.spec->>'meetingUrl'
             then other.spec->>'botName' else '' end as name
         from bots mine join bots other on other.meeting_key = mine.meeting_key and other.bot_id <> mine.bot_id
         where mine.joiner_id = ? and ${oneOf('mine.state', assignedStates)} and ${oneOf('other.state', seenStates)}
         order by mine.bot_id, other.bot_id`,
        [joinerId],
      );
      const others = new Map<BotId, OtherBot[]>();
      for (const { bot_id, name, roster_id, certificates } of rows) {
        const known = others.get(bot_id as BotId) ?? [];
        others.set(bot_id as BotId, known);
        if (known.length >= MAX_OTHERS) continue;
        known.push({ name, rosterId: roster_id ?? '', certificates: certificates ?? [] });
      }
      return others;
    },

    /** Keeps by what a bot is known in its meeting. */
    async identify(tx: Tx, botId: BotId, { rosterId, certificates }: BotIdentity): Promise<void> {
      await tx('bots')
        .where({ bot_id: botId })
        .update({ roster_id: rosterId || null, certificates: certificates.length > 0 ? [...certificates] : null });
    },

    /** Keeps whether the bot's chat message stands in its meeting's chat. */
    async noteGreeting(tx: Tx, botId: BotId, isSent: boolean): Promise<void> {
      await tx('bots').where({ bot_id: botId }).update({ greeting_unsent: !isSent });
    },

    /** Counts a message that could not be written. */
    async noteUnsent(tx: Tx, botId: BotId): Promise<void> {
      await tx('bots').where({ bot_id: botId }).increment('messages_unsent', 1);
    },
  };
}
