import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { silentLog } from '@earshot/kernel';
import { launchBrowser } from '../../../../services/joiner/src/browser/launch-browser.ts';
import { linkPageCode } from '../../../../services/joiner/src/platforms/link-page-code.ts';

// The process that drives the peers' browser, as browser/child.ts drives the joiner's: what it takes of voices counts.

/** What the bench asks for; each is answered with what it asked. */
export type Order =
  | { readonly ask: 'launch'; readonly args: readonly string[] }
  | { readonly ask: 'join'; readonly link: string; readonly name: string; readonly people: number }
  | { readonly ask: 'hear' }
  | { readonly ask: 'film' }
  | { readonly ask: 'stop-capture' };

export interface Answer {
  readonly to: Order['ask'];
  /** Empty for none. */
  readonly error: string;
}

/** The binding by which a voice leaves a page: 16-bit samples in base64. */
const BINDING = '_heard';
const RATE = 16_000;
/** How long a page may take. */
const PATIENCE_MS = 120_000;

/** The way of the open projects: WebAudio on what each element plays, a processor for each, 16 kHz. */
const captureScript = `(() => {
  const context = (window._capture = new AudioContext({ sampleRate: ${RATE} }));
  for (const element of document.querySelectorAll('audio')) {
    const processor = context.createScriptProcessor(4096, 1, 1);
    processor.onaudioprocess = ({ inputBuffer }) => {
      const samples = Int16Array.from(inputBuffer.getChannelData(0), (sample) => sample * 32767);
      window.${BINDING}(new Uint8Array(samples.buffer).toBase64());
    };
    context.createMediaStreamSource(element.srcObject).connect(processor);
    processor.connect(context.destination);
  }
})()`;

/** A page that films itself as our own does where receivers give no video, and hands it on as it does a voice. */
const filmScript = `(() => {
  'use strict';
  ${linkPageCode({ [join(import.meta.dirname, '../../../../services/joiner/src/in-page/tab-capture.ts')]: ['captureTab'] })}
  const batcher = { nextTrack: () => 0, event() {} };
  const take = ({ payload }) => window.${BINDING}(payload.toBase64());
  return new Promise((resolve, reject) => {
    captureTab({ batcher, sender: { takeWish: () => false, take: (frame) => (resolve(), take(frame)) } }).catch(reject);
  });
})()`;

let browser: Browser | undefined;
const peers: { readonly page: Page; bytes: number; onHeard: () => void }[] = [];

async function enter({ link, name, people }: Extract<Order, { ask: 'join' }>): Promise<void> {
  if (!browser) throw new Error('there is no browser');
  const context = await browser.newContext({ viewport: { width: 960, height: 540 } });
  const page = await context.newPage();
  await page.goto(link);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  await page.waitForFunction(
    `[...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0).length === ${people}`,
    undefined,
    { timeout: PATIENCE_MS },
  );
  const session = await context.newCDPSession(page);
  const peer = { page, bytes: 0, onHeard() {} };
  peers.push(peer);
  session.on('Runtime.bindingCalled', ({ payload }) => {
    peer.bytes += Buffer.from(payload, 'base64').length;
    peer.onHeard();
  });
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: BINDING });
  await page.evaluate(captureScript);
}

async function film(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.evaluate(filmScript);
}

async function obey(order: Order): Promise<unknown> {
  switch (order.ask) {
    case 'launch': {
      const options = { chromiumPath: '', args: order.args, proxy: '', isSandboxed: false, logLevel: 'error' };
      return (browser = await launchBrowser(options, silentLog));
    }
    case 'join':
      return enter(order);
    case 'hear':
      return Promise.all(peers.map((peer) => new Promise<void>((resolve) => (peer.onHeard = resolve))));
    case 'film':
      return Promise.all(peers.map(({ page }) => film(page)));
    case 'stop-capture':
      return Promise.all(peers.map(({ page }) => page.evaluate('window._capture.close()')));
  }
}

process.on('message', (order: Order) => {
  obey(order).then(
    () => process.send?.({ to: order.ask, error: '' } satisfies Answer),
    (error: unknown) => process.send?.({ to: order.ask, error: String(error) } satisfies Answer),
  );
});
process.on('disconnect', () => void (browser?.close() ?? Promise.resolve()).finally(() => process.exit()));
