import type { Browser } from 'playwright-core';
import { SECOND, withTimeout } from '@earshot/kernel';
import { openBotPage, type BotPage, type BotPageOptions } from './bot-page.ts';

/** Many pages that open at once are all late where processors are few; in turn, the first is in its meeting meanwhile. */
const AT_A_TIME = 2;
/** For one page, once it is its turn. */
const OPEN_MS = 15 * SECOND;
/** The wait for a turn included, and for the browser to start. */
const PATIENCE_MS = 60 * SECOND;

/** What is one bot's own of its page. */
export type PageOpening = Omit<BotPageOptions, keyof PageOpenQueueOptions>;

/** What all pages have in common. */
export type PageOpenQueueOptions = Pick<BotPageOptions, 'allow' | 'sockets' | 'socketPermissions'>;

/** Opens the pages of one browser's bots. */
export interface PageOpenQueue {
  /** Rejects with the signal's reason as soon as it aborts; whatever opens after that is closed again. */
  open(options: PageOpening, signal: AbortSignal): Promise<BotPage>;
}

export function createPageOpenQueue(
  browser: Promise<Browser>,
  shared: PageOpenQueueOptions | Promise<PageOpenQueueOptions>,
  open: typeof openBotPage = openBotPage,
): PageOpenQueue {
  let free = AT_A_TIME;
  const waiting: (() => void)[] = [];

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  }

  async function openNow(options: PageOpening, signal: AbortSignal): Promise<BotPage> {
    const launched = await browser;
    signal.throwIfAborted();
    const opening = open(launched, { ...options, ...(await shared) });
    try {
      return await withTimeout(opening, { timeoutMs: OPEN_MS, signal });
    } catch (error) {
      // Nobody waits for it any more: left open, it would cost until the browser ends.
      opening.then(
        (late) => late.close(),
        () => {},
      );
      throw error;
    }
  }

  return {
    open: (options, signal) =>
      withTimeout(
        inTurn(() => openNow(options, signal)),
        { timeoutMs: PATIENCE_MS, signal },
      ),
  };
}
