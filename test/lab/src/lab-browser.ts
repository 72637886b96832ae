import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findChromium } from './find-chromium.ts';
import { within } from './within.ts';

/** The one browser that all of a lab's participants share, a context each. Launched on first use. */
export interface LabBrowser {
  /** Opens a page in a context of its own; closing that context closes it all. */
  openPage(url: string): Promise<Page>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** To come up with an empty page; what it loads has Playwright's limit. */
const OPEN_MS = 30_000;

const quietFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--disable-gpu',
  '--lang=en-US',
];

const mediaFlags = [
  // With plain host candidates on this side, a bot whose own are hidden behind mDNS names still connects.
  '--disable-features=WebRtcHideLocalIpsWithMdns',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
];

const humbleChromium = fileURLToPath(new URL('humble-chromium.sh', import.meta.url));

export function createLabBrowser(platformArgs: readonly string[]): LabBrowser {
  let launched: Promise<Browser> | undefined;
  const launch = () =>
    chromium.launch({
      executablePath: humbleChromium,
      env: { ...process.env, LAB_CHROMIUM: findChromium(process.env) },
      headless: true,
      // New headless mode is the browser people use; Playwright's own default asks for a separate headless build.
      args: ['--headless=new', ...quietFlags, ...mediaFlags, ...platformArgs],
      chromiumSandbox: process.getuid?.() !== 0,
    });
  return {
    async openPage(url) {
      launched ??= launch();
      const browser = await launched;
      const context = await browser.newContext({ viewport: { width: 960, height: 600 }, locale: 'en-US' });
      const page = await within(OPEN_MS, `a page for ${url}`, context.newPage());
      await page.goto(url);
      return page;
    },
    async [Symbol.asyncDispose]() {
      // Whoever asked for a page has got the error of a launch that failed.
      const browser = await launched?.catch(() => undefined);
      await browser?.close();
    },
  };
}
