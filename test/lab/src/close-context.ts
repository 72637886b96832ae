import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';

const ASK_AGAIN_MS = 200;
const WAIT_MS = 20_000;

/**
 * Closes a context with its pages. Chromium forgets the close of a page that is just then going elsewhere, so that page is asked
 * again. Rejects after 20 s with the addresses of what is still open.
 */
export async function closeContext(context: BrowserContext): Promise<void> {
  const closed = context.close().then(() => true);
  const deadline = performance.now() + WAIT_MS;
  while (!(await Promise.race([closed, sleep(ASK_AGAIN_MS, false)]))) {
    const pages = context.pages();
    if (performance.now() > deadline) throw new Error(`pages do not close: ${pages.map((page) => page.url()).join()}`);
    for (const page of pages) void page.close({ runBeforeUnload: true }).catch(() => {});
  }
}
