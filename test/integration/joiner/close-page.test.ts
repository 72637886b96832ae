import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { silentLog } from '@earshot/kernel';
import { eventually } from '@earshot/harness';
import { openBotPage } from '../../../services/joiner/src/browser/bot-page.ts';
import { launchBrowser } from '../../../services/joiner/src/browser/launch-browser.ts';
import { platforms } from '../../../services/joiner/src/platforms/platforms.ts';

/** More than the time in which a page may say goodbye. */
const RELOADS = 3;
/** Reloads itself, and has no time for anything else until the next document is there: whatever it is asked is lost with it. */
const restless = `<!doctype html><script>
  addEventListener('beforeunload', () => {});
  location.reload();
  setTimeout(() => { for (const since = Date.now(); Date.now() - since < 400; ); }, 1);
</script>`;
const calm = '<!doctype html>';

describe('the page of a bot that goes', { timeout: 30_000 }, () => {
  /** Resolves when the first reload's document waits for a page that stands still. */
  const isReloading = Promise.withResolvers<void>();
  let site: Server;
  let browser: Browser;
  beforeAll(async () => {
    let loads = 0;
    site = createServer((_, response) => {
      const page = (loads += 1) <= RELOADS ? restless : calm;
      // Each comes when its page stands still.
      setTimeout(() => response.writeHead(200, { 'content-type': 'text/html' }).end(page), 30);
      if (loads === 2) setTimeout(isReloading.resolve, 100);
    });
    await once(site.listen(0, '127.0.0.1'), 'listening');
    const isSandboxed = process.getuid?.() !== 0;
    browser = await launchBrowser({ chromiumPath: '', args: [], proxy: '', isSandboxed, logLevel: 'error' }, silentLog);
  });
  afterAll(async () => {
    await browser.close();
    site.closeAllConnections();
    site.close();
  });

  const openPages = async () => {
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    await session.detach();
    return targetInfos.filter(({ type, url }) => type === 'page' && url.includes('127.0.0.1')).map(({ url }) => url);
  };

  it('is closed although it is on its way elsewhere, again and again', async () => {
    const { marks } = platforms['web'] ?? {};
    if (!marks) throw new Error('no such platform');
    const { page, close } = await openBotPage(browser, {
      ...{ marks, botName: 'Bot', picture: undefined, flushIntervalMs: 100, log: silentLog, onMessage: () => {} },
      allow: ['127.0.0.1'],
    });
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`, { waitUntil: 'commit' });
    await isReloading.promise;
    await close();
    const isClosed = async () => (await openPages()).length === 0;
    await eventually(isClosed, { signal: AbortSignal.timeout(5_000) });
  });
});
