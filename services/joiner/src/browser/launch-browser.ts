import { chromium, type Browser } from 'playwright-core';
import type { Log } from '@earshot/kernel';
import { findChromium } from './find-chromium.ts';
import type { BrowserConfig } from './ipc.ts';

/** What Playwright switches off (its `chromiumSwitches`): a second list replaces the first, so it is repeated. */
const playwrightsFeaturesOff = [
  'AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable',
  'LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch',
  'msForceBrowserSignIn,msEdgeUpdateLaunchServicesPreferredVersion',
];
/** The pages that each window keeps for its address bar: a process of some 40 MB a bot, and nobody types into it. */
const addressBarPages = 'WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup';
/**
 * A frame of another site would have a process of its own, where nothing is tapped: the tap's binding is the page's. A bot's page has
 * nobody's cookies that a frame could be after, and each bot keeps processes of its own.
 */
const foreignFrames = 'IsolateOrigins,site-per-process';

const flags = [
  // The browser people use; Playwright's own default is a separate headless build.
  '--headless=new',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
  '--disable-gpu',
  // Nobody is asked anything, and nothing is drawn for paper.
  '--deny-permission-prompts',
  '--disable-print-preview',
  // Bytes on the disk; what pages keep is in memory, since each bot's context is a private one.
  `--disk-cache-size=${64 * 1024 * 1024}`,
  // JavaScript objects of one page, MB: a page that takes more is lost, and its bot comes back. Big meetings stay below a quarter.
  '--js-flags=--max-old-space-size=1024',
  `--disable-features=${[...playwrightsFeaturesOff, addressBarPages, foreignFrames].join(',')}`,
  '--disable-site-isolation-trials',
  '--lang=en-US',
  // A page that gives no encoded video films itself, and nobody is asked: see in-page/tab-capture.ts.
  '--auto-accept-this-tab-capture',
  // Nobody is there to make the gesture that lets a page play sound.
  '--autoplay-policy=no-user-gesture-required',
];

export interface LaunchOptions {
  /** A port of 127.0.0.1 that pages reach without the proxy: see page-sockets.ts. */
  readonly directPort?: number;
}

/**
 * Starts the browser that the bots of this process share, sandboxed where that is possible: a kernel that refuses gets
 * one more try without, and a warning that cannot be overlooked.
 */
export async function launchBrowser(
  config: Omit<BrowserConfig, 'allow' | 'termsAcceptedHosts' | 'video'>,
  log: Log,
  { directPort }: LaunchOptions = {},
): Promise<Browser> {
  // Without `<-loopback>` Chromium goes past the proxy for this machine's own addresses.
  const bypass = ['<-loopback>', ...(directPort === undefined ? [] : [`127.0.0.1:${directPort}`])].join();
  const launch = (isSandboxed: boolean) =>
    chromium.launch({
      executablePath: findChromium(config.chromiumPath),
      headless: true,
      chromiumSandbox: isSandboxed,
      // Windows that no press has asked for do not open; those that do are closed (contain-page.ts).
      ignoreDefaultArgs: ['--disable-popup-blocking'],
      args: [...flags, ...config.args],
      handleSIGHUP: false,
      handleSIGINT: false,
      handleSIGTERM: false,
      ...(config.proxy ? { proxy: { server: config.proxy, bypass } } : {}),
    });
  if (!config.isSandboxed) return launch(false);
  try {
    return await launch(true);
  } catch (error) {
    log.warn('CHROMIUM REFUSED ITS SANDBOX: hostile pages run without it; allow unprivileged user namespaces', {
      error,
    });
    return launch(false);
  }
}
