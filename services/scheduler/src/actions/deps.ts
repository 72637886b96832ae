import type { BotId, Clock, Log } from '@earshot/kernel';
import type { Database, Outbox, Tx } from '@earshot/db';
import type { BotSpoke, BotStateChanged } from '../domain/bot.ts';
import type { BotSummaries } from '../store/bot-summaries.ts';
import type { Bots } from '../store/bots.ts';
import type { Joiners } from '../store/joiners.ts';
import type { MeetingBots } from '../store/meeting-bots.ts';
import type { Messages } from '../store/messages.ts';
import type { WaitingLimit } from './waiting-limit.ts';

/** What the scheduler's actions are made of; each asks for the part it uses. */
export interface SchedulerDeps {
  readonly database: Pick<Database, 'transaction'>;
  readonly bots: Bots;
  readonly summaries: BotSummaries;
  readonly waitingLimit: WaitingLimit;
  readonly messages: Messages;
  readonly meetingBots: MeetingBots;
  readonly joiners: Joiners;
  readonly outbox: Outbox<BotStateChanged | BotSpoke>;
  /** Takes facts about a bot that wait to be published out of the outbox. */
  readonly withdraw: (tx: Tx, botId: BotId) => Promise<void>;
  /** Takes facts about a bot out of the stream. Throws `unavailable` while the broker is away. */
  readonly forget: (botId: BotId) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  /** Wakes whoever works on what is committed: facts to publish, commands to send. */
  readonly wake: () => void;
}
