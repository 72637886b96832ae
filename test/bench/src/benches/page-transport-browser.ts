import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { silentLog } from '@earshot/kernel';
import { launchBrowser } from '../../../../services/joiner/src/browser/launch-browser.ts';
import { startPageSockets, type PageSockets } from '../../../../services/joiner/src/browser/page-sockets.ts';
import { linkPageCode } from '../../../../services/joiner/src/platforms/link-page-code.ts';

// Forked: one browser whose pages send random bytes by one way, and the Node that takes them.

export interface TransportOrder {
  /** `idle`: nothing is sent. */
  readonly way: 'idle' | 'binding' | 'socket';
  readonly pages: number;
  /** What each page sends every so often. */
  readonly bytes: number;
  readonly everyMs: number;
}

export interface Received {
  readonly bytes: number;
}

const inPage = join(import.meta.dirname, '../../../../services/joiner/src/in-page');
/** What a page sends in one message of its binding: see in-page/frame-batcher.ts. */
const BINDING_BYTES = 48 * 1024;
const source = linkPageCode({
  [join(inPage, 'flush-timer.ts')]: ['startFlushTimer'],
  [join(inPage, 'page-socket.ts')]: ['PageSocket'],
});
let received = 0;

async function openPage(
  browser: Browser,
  { sockets, site }: { sockets: PageSockets; site: string },
  { way, bytes, everyMs }: TransportOrder,
): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site);
  const session = await context.newCDPSession(page);
  session.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name !== 'out') return;
    const { frames } = JSON.parse(payload) as { frames: string };
    received += Buffer.from(frames, 'base64').length;
  });
  await session.send('Runtime.enable');
  await session.send('Runtime.addBinding', { name: 'out' });
  const { url } = sockets.open({ onMessage: (message) => void (received += message.length) });
  await page.evaluate(`(() => {
    'use strict';
    ${source}
    const data = new Uint8Array(${bytes});
    for (let at = 0; at < data.length; at += 65536) crypto.getRandomValues(data.subarray(at, at + 65536));
    const about = { document: '1', isTop: true, at: performance.timeOrigin, videoTracks: [], connected: [], events: [] };
    const sends = {
      idle: () => {},
      binding() {
        for (let at = 0; at < data.length; at += ${BINDING_BYTES}) {
          out(JSON.stringify({ ...about, frames: data.subarray(at, at + ${BINDING_BYTES}).toBase64() }));
        }
      },
      socket: () => socket.send(data),
    };
    const begin = () => startFlushTimer(${everyMs}, sends.${way});
    const socket = ${way === 'socket'} && new PageSocket({ url: '${url}', maxBufferedBytes: 4_000_000, onOpen: begin });
    if (!socket) begin();
  })()`);
}

process.on('message', (message: TransportOrder | 'read') => {
  if (message === 'read') process.send?.({ bytes: received } satisfies Received);
  else void run(message);
});

async function run(order: TransportOrder): Promise<void> {
  const sockets = await startPageSockets();
  const server = createServer((_, response) =>
    response.setHeader('content-type', 'text/html').end('<title>page</title>'),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const config = { chromiumPath: '', args: [], proxy: '', isSandboxed: process.getuid?.() !== 0, logLevel: 'error' };
  const browser = await launchBrowser(config, silentLog);
  process.once('disconnect', () => void browser.close().finally(() => process.exit(0)));
  for (let opened = 0; opened < order.pages; opened += 1) await openPage(browser, { sockets, site }, order);
  process.send?.({ bytes: 0 } satisfies Received);
}
