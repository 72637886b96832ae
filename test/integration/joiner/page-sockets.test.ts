import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { WebSocket } from 'ws';
import { createEgress, createEgressProxy } from '@earshot/egress';
import { silentLog } from '@earshot/kernel';
import { launchBrowser } from '../../../services/joiner/src/browser/launch-browser.ts';
import {
  SOCKET_PERMISSION,
  startPageSockets,
  type PageSockets,
} from '../../../services/joiner/src/browser/page-sockets.ts';
import { linkPageCode } from '../../../services/joiner/src/platforms/link-page-code.ts';
import { labCertificate } from '../../lab/src/certificate.ts';
import { createMoments } from './moments.ts';

const inPage = join(import.meta.dirname, '../../../services/joiner/src/in-page');
const source = linkPageCode({ [join(inPage, 'page-socket.ts')]: ['PageSocket'] });

/** As strict as meeting pages are: no address but its own, no worker, no script without its number. */
const policy = "default-src 'none'; script-src 'nonce-own'; connect-src 'self'; worker-src 'none'";

/** A page that puts its own into the place of all that a socket goes through, and keeps every address that it is shown. */
const curious = `<!doctype html><script nonce="own">
  window.seen = [];
  addEventListener('securitypolicyviolation', () => (seen.violated = true));
  const note = (...all) => {
    for (const each of all) {
      const url = each instanceof Original ? apply(urlOf, each, []) : each;
      if (String(url).startsWith('ws:')) seen.push(String(url));
    }
  };
  const Original = WebSocket;
  const urlOf = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'url').get;
  const { apply } = Reflect;
  const spied = (native) => function (...args) {
    note(this, ...args.flat());
    return apply(native, this, args);
  };
  for (const name of ['send', 'close']) Original.prototype[name] = spied(Original.prototype[name]);
  for (const name of ['url', 'readyState', 'bufferedAmount', 'binaryType', 'onopen', 'onmessage']) {
    const { get, set } = Object.getOwnPropertyDescriptor(Original.prototype, name);
    Object.defineProperty(Original.prototype, name, { get: spied(get), ...(set && { set: spied(set) }) });
  }
  EventTarget.prototype.addEventListener = spied(EventTarget.prototype.addEventListener);
  EventTarget.prototype.dispatchEvent = spied(EventTarget.prototype.dispatchEvent);
  Function.prototype.call = spied(Function.prototype.call);
  Reflect.apply = spied(Reflect.apply);
  Reflect.construct = spied(Reflect.construct);
  window.WebSocket = new Proxy(Original, { construct: (target, args) => (note(...args), new target(...args)) });
  new PerformanceObserver((list) => note(...list.getEntries().map(({ name }) => name))).observe({ type: 'resource' });
</script>`;

describe('the binary way out of pages', { timeout: 60_000 }, () => {
  let site: Server;
  let proxy: Awaited<ReturnType<typeof createEgressProxy>>;
  let sockets: PageSockets;
  let browser: Browser;
  let link: string;
  beforeAll(async () => {
    const { key, cert, spki } = await labCertificate(['page-sockets.test']);
    site = createServer({ key, cert }, (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(curious),
    );
    await once(site.listen(0, '127.0.0.1'), 'listening');
    const { port } = site.address() as AddressInfo;
    link = `https://127.0.0.1:${port}/`;
    proxy = await createEgressProxy(createEgress({ allow: [`127.0.0.1:${port}`], log: silentLog }));
    sockets = await startPageSockets();
    const args = [
      `--ignore-certificate-errors-spki-list=${spki}`,
      // What comes by the proxy counts as public, as it does where the proxy is another machine.
      `--ip-address-space-overrides=127.0.0.1:${proxy.port}=public`,
    ];
    const isSandboxed = process.getuid?.() !== 0;
    const config = { chromiumPath: '', args, proxy: proxy.url, isSandboxed, logLevel: 'error' };
    browser = await launchBrowser(config, silentLog, { directPort: sockets.port });
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([sockets[Symbol.asyncDispose](), proxy[Symbol.asyncDispose]()]);
    site.close();
  });

  /** A page with a socket of ours that is opened behind the page's own scripts; `text` runs with it, once it is open. */
  async function openPage(url: string, text: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ bypassCSP: true, permissions: [SOCKET_PERMISSION], ...options });
    const page = await context.newPage();
    await page.addInitScript(`(() => {
      'use strict';
      ${source}
      addEventListener('load', () => {
        const socket = new PageSocket({ url: '${url}', maxBufferedBytes: 8_000_000, onOpen: () => { ${text} } });
        globalThis.report = () => ({ isOpen: socket.isOpen, ...socket.drops });
      });
    })();`);
    await page.goto(link);
    const report = () => page.evaluate<{ isOpen: boolean; messages: number; bytes: number }>('report()');
    return { page, report, close: () => context.close() };
  }
  /** A way out, and what came by it. */
  function open() {
    const received: Buffer[] = [];
    const moments = createMoments();
    const onMessage = (bytes: Buffer) => {
      received.push(bytes);
      moments.notify();
    };
    const path = sockets.open({ onMessage });
    const until = (count: number) => moments.until(() => received.length >= count, `${count} messages`, 20_000);
    return { path, received, until };
  }
  /** What a request for a socket is answered, before there is one. */
  async function answerTo(url: string): Promise<number | 'socket'> {
    const socket = new WebSocket(url);
    return new Promise((resolve) => {
      socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
      socket.on('open', () => resolve('socket'));
      socket.on('error', () => {});
    });
  }

  it('stands under a strict policy and past the proxy, and shows the page’s own scripts nothing', async () => {
    const { path, received, until } = open();
    const { page, report, close } = await openPage(
      path.url,
      'for (let n = 1; n <= 3; n += 1) socket.send(new Uint8Array(n * 1000).fill(n));',
    );
    await until(3);
    expect(received.map((bytes) => [bytes.length, bytes[0]])).toEqual([1, 2, 3].map((n) => [n * 1000, n]));
    expect(await report()).toEqual({ isOpen: true, messages: 0, bytes: 0 });
    expect(await page.evaluate('seen')).toEqual([]);
    // The page can see what it does itself; knowing the port is no use to it.
    const guess = `ws://127.0.0.1:${sockets.port}/${'A'.repeat(43)}`;
    const { refused } = sockets.counts;
    const end = await page.evaluate(`new Promise((resolve) => {
      const socket = new WebSocket('${guess}');
      socket.addEventListener('open', () => resolve('open'));
      socket.addEventListener('error', () => resolve('refused'));
    })`);
    expect(end).toBe('refused');
    expect(sockets.counts.refused).toBe(refused + 1);
    expect(await page.evaluate<string[]>('seen')).toContain(guess);
    expect(received).toHaveLength(3);
    await close();
    path.close();
  });

  it('drops and counts what would wait too long, and keeps the order of the rest', async () => {
    const { path, received, until } = open();
    // Nothing leaves the page's memory before its task is done.
    const { report, close } = await openPage(
      path.url,
      'for (let n = 0; n < 50; n += 1) socket.send(new Uint8Array(1_000_000).fill(n));',
    );
    await until(8);
    expect(received.map(([first]) => first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await report()).toEqual({ isOpen: true, messages: 42, bytes: 42_000_000 });
    await close();
    path.close();
  });

  it('ends with a message larger than any frame, and with its bot', async () => {
    const { path, received, until } = open();
    const large = await openPage(path.url, 'socket.send(new Uint8Array(5_000_000));');
    await large.page.waitForFunction('!report().isOpen');
    const other = await openPage(path.url, 'socket.send(new Uint8Array(7));');
    await until(1);
    expect(received.map(({ length }) => length)).toEqual([7]);
    path.close();
    await other.page.waitForFunction('!report().isOpen');
    expect(await answerTo(path.url)).toBe(403);
    await Promise.all([large.close(), other.close()]);
  });

  it('needs the context’s grants, and nothing else of the machine is reached with them', async () => {
    const { path, until } = open();
    const without = await openPage(path.url, 'socket.send(new Uint8Array(7));', { permissions: [] });
    const fails = `fetch('http://127.0.0.1:${proxy.port + 1}/').then(() => 'reached', () => 'refused')`;
    const granted = await openPage(path.url, 'socket.send(new Uint8Array(7));');
    await until(1);
    // It was opened before the other, and is not on its way: the browser has refused it.
    expect((await without.report()).isOpen).toBe(false);
    expect(
      await without.page.evaluate(
        `new Promise((resolve) => (new WebSocket('${path.url}').onerror = () => resolve('refused')))`,
      ),
    ).toBe('refused');
    const strict = await openPage(path.url, 'socket.send(new Uint8Array(7));', { bypassCSP: false });
    await strict.page.waitForFunction('seen.violated');
    expect((await strict.report()).isOpen).toBe(false);
    const refusals = proxy.refusals;
    expect(await granted.page.evaluate(fails)).toBe('refused');
    expect(proxy.refusals).toBeGreaterThan(refusals);
    await Promise.all([without.close(), granted.close(), strict.close()]);
    path.close();
  });

  it('gives a path as many sockets as a page has documents, and answers nothing else', async () => {
    const path = sockets.open({ onMessage: () => {} });
    const answers = await Promise.all(Array.from({ length: 52 }, () => answerTo(path.url)));
    expect(answers.filter((answer) => answer === 'socket')).toHaveLength(50);
    expect(answers.filter((answer) => answer === 403)).toHaveLength(2);
    path.close();
    const [response] = (await once(get(path.url.replace('ws:', 'http:')), 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(404);
  });
});
