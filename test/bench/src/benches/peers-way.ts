import type { Page } from 'playwright-core';
import { silentLog } from '@earshot/kernel';
import { launchBrowser } from '../../../../services/joiner/src/browser/launch-browser.ts';
import type { Lab, Room } from '@earshot/lab';
import { childrenWith } from '../process-tree.ts';

/** Bots as others build them, in the same browser with the same flags and without our script: all is decoded and drawn. */
export interface PeersWay extends AsyncDisposable {
  /** The processes that it takes; the Node that drives the browser is this one and is not among them. */
  readonly roots: readonly number[];
  /** As a visitor with a name and no devices comes in. From its arrival on it reads the voice of each person and hands it on. */
  join(name: string, people: number): Promise<void>;
  /** Whether something was handed on by every page. */
  areHeard(): boolean;
  /** They stay, and go on decoding and drawing. */
  stopCapture(): Promise<void>;
}

/** The binding by which a voice leaves a page: 16-bit samples in base64. */
const BINDING = '_heard';
const RATE = 16_000;

export async function startPeersWay(lab: Lab, room: Room): Promise<PeersWay> {
  const before = new Set(await childrenWith(process.pid, ''));
  const options = { chromiumPath: '', args: lab.browserArgs, proxy: '', isSandboxed: false, logLevel: 'error' };
  const browser = await launchBrowser(options, silentLog);
  const roots = (await childrenWith(process.pid, '')).filter((pid) => !before.has(pid));
  const peers: { readonly page: Page; bytes: number }[] = [];
  return {
    roots,
    async join(name, people) {
      const context = await browser.newContext({ viewport: { width: 960, height: 540 } });
      const page = await context.newPage();
      await page.goto(room.link);
      await page.getByLabel('Your name').fill(name);
      await page.getByRole('button', { name: 'Join' }).click();
      await room.waitForParticipant(name, { signal: AbortSignal.timeout(60_000) });
      await page.waitForFunction(
        `[...document.querySelectorAll('video')].filter((video) => video.videoWidth > 0).length === ${people}`,
        undefined,
        { timeout: 120_000 },
      );
      const session = await context.newCDPSession(page);
      const peer = { page, bytes: 0 };
      peers.push(peer);
      session.on('Runtime.bindingCalled', ({ payload }) => (peer.bytes += payload.length));
      await session.send('Runtime.enable');
      await session.send('Runtime.addBinding', { name: BINDING });
      await page.evaluate(captureScript);
    },
    areHeard: () => peers.every(({ bytes }) => bytes > 0),
    async stopCapture() {
      for (const { page } of peers) await page.evaluate('window._capture.close()');
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

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
