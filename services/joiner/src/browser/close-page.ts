import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { type Log, SECOND, swallow, withTimeout } from '@earshot/kernel';

/** A page that hangs has had its chance to say goodbye after this long. */
const UNLOAD_MS = 0.7 * SECOND;
const CLOSE_MS = 1.3 * SECOND;
/** How often a page is asked. Measured on a free machine, a page that is not lost is closed in 0.1 s. */
const ASK_AGAIN_MS = 0.2 * SECOND;
/** What has not closed by then hangs, and goes with its browser. */
const PATIENCE_MS = 10 * SECOND;

/**
 * Closes a page as closing its tab does, so that it hears of its end. Chromium forgets a close that meets a navigation, and
 * meetings navigate when they are left: the page is asked again until it is closed. Resolves when it is, or hangs.
 */
export async function closePage(page: Page): Promise<void> {
  const closed = page.waitForEvent('close', { timeout: PATIENCE_MS }).catch(() => {});
  const deadline = performance.now() + PATIENCE_MS;
  while (!page.isClosed() && performance.now() < deadline) {
    // A page that hangs does not even answer.
    void page.close({ runBeforeUnload: true }).catch(() => {});
    await Promise.race([closed, sleep(ASK_AGAIN_MS)]);
  }
}

/** Closes a bot's context with its pages; resolves within two seconds, come what may. A page that is slower is asked further. */
export async function closeContext(context: BrowserContext, log: Log): Promise<void> {
  // Many meetings learn only from what a page sends when it is unloaded.
  const unloaded = Promise.all(context.pages().map(closePage));
  await withTimeout(unloaded, { timeoutMs: UNLOAD_MS }).catch((error: unknown) =>
    swallow(log, error, 'closing ends it, too'),
  );
  const closing = context.close().catch((error: unknown) => swallow(log, error, 'the context is gone'));
  await withTimeout(closing, { timeoutMs: CLOSE_MS }).catch((error: unknown) =>
    swallow(log, error, 'a page that hangs'),
  );
}
