import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { silentLog } from '@earshot/kernel';
import { startLab, type Lab } from '@earshot/lab';
import { openBotPage } from '../../../services/joiner/src/browser/bot-page.ts';
import { launchBrowser } from '../../../services/joiner/src/browser/launch-browser.ts';
import { parsePageReport } from '../../../services/joiner/src/browser/page-report.ts';
import { platforms } from '../../../services/joiner/src/platforms/platforms.ts';

interface Inbound {
  readonly kind: 'audio' | 'video';
  readonly totalSamplesReceived: number;
  readonly concealedSamples: number;
  readonly totalAudioEnergy: number;
  readonly framesDecoded: number;
  readonly frameWidth: number;
}

/** A page's own connections, for their statistics. */
const keepConnections = `(() => {
  window.connections = [];
  window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
    construct: (target, args) => (window.connections.push(Reflect.construct(target, args)), window.connections.at(-1)),
  });
})()`;

describe('a page that nobody looks at or listens to', { timeout: 90_000 }, () => {
  let lab: Lab;
  let browser: Browser;
  beforeAll(async () => {
    lab = await startLab();
    const isSandboxed = process.getuid?.() !== 0;
    const config = { chromiumPath: '', args: lab.browserArgs, proxy: '', isSandboxed, logLevel: 'error' };
    browser = await launchBrowser(config, silentLog);
  });
  afterAll(async () => {
    await browser.close();
    await lab[Symbol.asyncDispose]();
  });

  const received = (page: Page) =>
    page.evaluate<Inbound[]>(
      `connections[0].getStats().then((all) => [...all.values()].filter(({ type }) => type === 'inbound-rtp'))`,
    );

  it('plays silence without gaps and draws next to nothing, while voices come out as they were and show as such', async () => {
    const room = lab.createRoom({ face: 'web', variants: ['forwarder'] });
    const ann = await room.join({ name: 'Ann', camera: true });
    let voiced = 0;
    const onMessage = (payload: string) => {
      voiced += parsePageReport(payload)?.frames.filter(({ level }) => level < 50).length ?? 0;
    };
    const { marks } = platforms['web'] ?? {};
    if (!marks) throw new Error('no such platform');
    const { page, close } = await openBotPage(browser, {
      ...{ marks, botName: 'Bot', picture: undefined, isHeardLive: false, log: silentLog, onMessage },
    });
    await page.addInitScript(keepConnections);
    await page.goto(room.link);
    await page.getByLabel('Your name').fill('Bot');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForFunction('document.querySelector("figure[aria-label=Ann] video")?.videoWidth > 0');

    const speaking = ann.say('the quick brown fox jumps over the lazy dog');
    // What pages take their marks of speaking from.
    await page.waitForFunction(
      'connections[0].getReceivers().some((each) => each.getSynchronizationSources().some(({ audioLevel }) => audioLevel > 0.05))',
    );
    await speaking;
    const [audio, video] = ['audio', 'video'].map(async (kind) =>
      (await received(page)).find((each) => each.kind === kind),
    );
    const heard = await audio;
    expect(heard?.totalAudioEnergy).toBeLessThan(1e-6);
    expect(heard?.totalSamplesReceived).toBeGreaterThan(48_000);
    expect((heard?.concealedSamples ?? 0) / (heard?.totalSamplesReceived ?? 1)).toBeLessThan(0.1);
    expect(await video).toMatchObject({ frameWidth: 16 });
    // A sentence of more than two seconds, of which half has a voice, in packets of 20 ms.
    expect(voiced).toBeGreaterThan(50);
    await Promise.all([close(), ann.leave()]);
  });

  it('has a window without pages of its own, in a browser that keeps all of Playwright’s settings', async () => {
    const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
    await Promise.all(contexts.map(async (context) => (await context.newPage()).goto(`${lab.url}/nowhere`)));
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    expect(targetInfos.map(({ url }) => url).filter((url) => url.startsWith('chrome:'))).toEqual([]);

    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const pid = processInfo.find(({ type }) => type === 'browser')?.id;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const lists = [...line.matchAll(/--disable-features=([^\0]*)/g)].map(([, names = '']) => names.split(','));
    expect(lists.length).toBeGreaterThan(1);
    // The last one counts.
    expect(lists.at(-1)).toEqual(expect.arrayContaining(lists[0] ?? []));
    await Promise.all(contexts.map((context) => context.close()));
  });
});
