import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, mapConcurrent } from '@earshot/kernel';
import type { GatewayDeps } from '../actions/deps.ts';
import { recordingStart } from '../contract/meeting-clock.ts';

/** Enough for the bots that are in meetings at one time; an ordinary one has less than a kilobyte. */
const [CAPACITY, CAPACITY_BYTES] = [5000, 32 * 1024 * 1024];
/** Questions to the scheduler under way at once, for one batch of facts: as many as its database has connections. */
const CONCURRENCY = 8;

interface Kept {
  readonly bot: Bot;
  readonly bytes: number;
}

/** Where each bot's messages go. A bot's destinations never change, so the answer is kept. */
export function createBotDirectory(scheduler: Pick<GatewayDeps['scheduler'], 'findBot'>) {
  const known = new Map<string, Kept>();
  let bytes = 0;

  function forget(botId: string): void {
    bytes -= known.get(botId)?.bytes ?? 0;
    known.delete(botId);
  }

  function keep(bot: Bot): Bot {
    // No callback contains the request.
    const slim = bot.spec ? { ...bot, spec: { ...bot.spec, requestJson: '' } } : bot;
    const kept = { bot: slim, bytes: Bot.encode(slim).finish().length };
    forget(bot.botId);
    known.set(bot.botId, kept);
    bytes += kept.bytes;
    for (const botId of known.keys()) {
      if (known.size <= CAPACITY && bytes <= CAPACITY_BYTES) break;
      forget(botId);
    }
    return slim;
  }

  const directory = {
    /** How much is kept, in bytes. */
    get bytes(): number {
      return bytes;
    },
    /** The bots of those ids, as far as there are any. Throws `unavailable` while the scheduler is away. */
    async findAll(botIds: ReadonlySet<string>): Promise<Map<string, Bot>> {
      const found = await mapConcurrent(botIds, { concurrency: CONCURRENCY }, (botId) => directory.find(botId));
      return new Map(found.flatMap((bot) => (bot ? [[bot.botId, bot]] : [])));
    },
    /** Nothing more is sent about a bot. */
    forget,
    /** The bot; undefined when there is none of that id. Throws `unavailable` while the scheduler is away. */
    async find(botId: string): Promise<Bot | undefined> {
      const kept = known.get(botId)?.bot;
      // When its recording began is part of every live message; before it is known, ask again.
      if (kept && recordingStart(kept)) return kept;
      const bot = await scheduler.findBot({ botId }).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'not-found') return undefined;
        throw error;
      });
      return bot && keep(bot);
    },
  };
  return directory;
}

export type BotDirectory = ReturnType<typeof createBotDirectory>;
