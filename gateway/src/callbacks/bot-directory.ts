import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, sideBySide } from '@earshot/kernel';
import type { GatewayDeps } from '../actions/deps.ts';

/** Enough for the bots that are in meetings at one time. */
const CAPACITY = 5000;
/** Questions to the scheduler under way at once, for one batch of facts: as many as its database has connections. */
const SIDE_BY_SIDE = 8;

/** Where each bot's messages go. A bot's destinations never change, so the answer is kept. */
export function createBotDirectory(scheduler: GatewayDeps['scheduler']) {
  const known = new Map<string, Bot>();
  const directory = {
    /** The bots of those ids, as far as there are any. Throws `unavailable` while the scheduler is away. */
    async findAll(botIds: ReadonlySet<string>): Promise<Map<string, Bot>> {
      const found = await sideBySide(botIds, SIDE_BY_SIDE, (botId) => directory.find(botId));
      return new Map(found.flatMap((bot) => (bot ? [[bot.botId, bot]] : [])));
    },
    /** The bot; undefined when there is none of that id. Throws `unavailable` while the scheduler is away. */
    async find(botId: string): Promise<Bot | undefined> {
      const kept = known.get(botId);
      // Its entry time is part of every live message; before it is known, ask again.
      if (kept?.enteredAt) return kept;
      const bot = await scheduler.getBot({ botId, accountId: '' }).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'not-found') return undefined;
        throw error;
      });
      if (!bot) return undefined;
      if (known.size >= CAPACITY) known.delete(known.keys().next().value ?? '');
      known.set(botId, bot);
      return bot;
    },
  };
  return directory;
}

export type BotDirectory = ReturnType<typeof createBotDirectory>;
