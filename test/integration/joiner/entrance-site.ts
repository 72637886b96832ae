import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '@earshot/lab';
import { createMoments, type Moments } from './moments.ts';

/** Pages as other people write them, behind each of which somebody speaks to whoever gets in. */
export interface EntranceSite extends AsyncDisposable {
  readonly moments: Moments;
  /** Of a page; `host` is one of the two that lead here. */
  url(page: string, host?: '127.0.0.1' | '127.0.0.2'): string;
  /** Under which names somebody came in by a page. */
  guestsOf(page: string): readonly string[];
  /** A page in a browser of this site's own. */
  openPage(page: string): Promise<Page>;
  /** What else pages had to tell. */
  readonly told: readonly string[];
}

/** What every page has: `enter(name)` leads in, `tell(what)` tells the test. */
const script = `<script>
  const tell = (what) => fetch('/tell', { method: 'POST', body: what });
  async function enter(name) {
    const connection = new RTCPeerConnection();
    connection.addTransceiver('audio', { direction: 'recvonly' });
    connection.ontrack = ({ track }) => {
      const player = document.body.appendChild(document.createElement('audio'));
      player.srcObject = new MediaStream([track]);
      player.play();
    };
    const gathered = new Promise((resolve) => {
      connection.onicecandidate = ({ candidate }) => candidate ?? resolve();
      setTimeout(resolve, 1000);
    });
    await connection.setLocalDescription();
    await gathered;
    const { sdp } = connection.localDescription;
    const answer = await fetch('/offer?' + new URLSearchParams({ page: location.pathname.slice(1), name }), { method: 'POST', body: sdp });
    document.body.replaceChildren('You are in.');
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  }
</script>`;

/** Answers an offer with a voice that does not stop. */
const answerOffer = `async (sdp) => {
  const connection = new RTCPeerConnection();
  globalThis.voice ??= (() => {
    const context = new AudioContext();
    const tone = new OscillatorNode(context);
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    return out.stream.getAudioTracks()[0];
  })();
  connection.addTrack(globalThis.voice);
  await connection.setRemoteDescription({ type: 'offer', sdp });
  const gathered = new Promise((resolve) => (connection.onicecandidate = ({ candidate }) => candidate ?? resolve()));
  await connection.setLocalDescription();
  await gathered;
  return connection.localDescription.sdp;
}`;

export async function startEntranceSite(pages: Readonly<Record<string, string>>): Promise<EntranceSite> {
  const moments = createMoments();
  const guests: { page: string; name: string }[] = [];
  const told: string[] = [];
  const browser = await chromium.launch({
    executablePath: findChromium(process.env),
    args: [
      ...['--headless=new', '--autoplay-policy=no-user-gesture-required'],
      // With plain host candidates on this side, a bot whose own are hidden behind mDNS names still connects.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
    ],
    chromiumSandbox: process.getuid?.() !== 0,
  });
  const speaker = await browser.newPage();
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
      response.setHeader('content-type', 'text/html; charset=utf-8');
      if (request.method !== 'POST') return response.end(`<!doctype html>${script}${pages[pathname.slice(1)] ?? ''}`);
      const body = await text(request);
      if (pathname === '/tell') told.push(body);
      else guests.push({ page: searchParams.get('page') ?? '', name: searchParams.get('name') ?? '' });
      response.end(pathname === '/tell' ? '' : await speaker.evaluate(`(${answerOffer})(${JSON.stringify(body)})`));
      moments.notify();
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  await speaker.goto(`http://127.0.0.1:${port}/`);
  const url = (page: string, host = '127.0.0.1') => `http://${host}:${port}/${page}`;
  return {
    moments,
    told,
    url,
    async openPage(name) {
      const page = await browser.newPage();
      await page.goto(url(name));
      return page;
    },
    guestsOf: (page) => guests.flatMap((guest) => (guest.page === page ? guest.name : [])),
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
