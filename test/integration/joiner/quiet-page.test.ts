import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { eventually } from '@earshot/harness';
import { silentLog } from '@earshot/kernel';
import { startLab, type Lab, type Room } from '@earshot/lab';
import { openBotPage, type BotPage } from '../../../services/joiner/src/browser/bot-page.ts';
import { launchBrowser } from '../../../services/joiner/src/browser/launch-browser.ts';
import { parsePageReport, type PageReport } from '../../../services/joiner/src/browser/page-report.ts';
import { platforms } from '../../../services/joiner/src/platforms/platforms.ts';

interface Inbound {
  readonly kind: 'audio' | 'video';
  readonly totalSamplesReceived: number;
  readonly packetsReceived: number;
  readonly totalAudioEnergy: number;
  readonly frameWidth: number;
  readonly framesDecoded?: number;
}

const codecs = ['VP8', 'VP9', 'H264', 'AV1'] as const;

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

  /** Brings a bot's page into a room of the lab, with Ann's picture in it. */
  async function enter(room: Room, onReport: (report: PageReport) => void): Promise<BotPage> {
    const { marks } = platforms['web'] ?? {};
    if (!marks) throw new Error('no such platform');
    const onMessage = (payload: string) => {
      const report = parsePageReport(payload);
      if (report) onReport(report);
    };
    const entered = await openBotPage(browser, {
      allow: lab.addresses,
      ...{ marks, botName: 'Bot', picture: undefined, flushIntervalMs: 100, log: silentLog, onMessage },
    });
    const { page } = entered;
    await page.addInitScript(keepConnections);
    await page.goto(room.link);
    await page.getByLabel('Your name').fill('Bot');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForFunction('document.querySelector("figure[aria-label=Ann] video")?.videoWidth > 0');
    return entered;
  }

  it('plays nothing and draws next to nothing, while voices come out as they were and show as such', async () => {
    const room = lab.createRoom({ face: 'web', variants: ['forwarder'] });
    const ann = await room.join({ name: 'Ann', camera: true });
    let voiced = 0;
    const { page, close } = await enter(room, ({ frames }) => {
      voiced += frames.filter(({ level }) => level < 50).length;
    });

    const speaking = ann.say('the quick brown fox jumps over the lazy dog');
    // What pages take their marks of speaking from.
    await page.waitForFunction(
      'connections[0].getReceivers().some((each) => each.getSynchronizationSources().some(({ audioLevel }) => audioLevel > 0.05))',
    );
    await speaking;
    const [audio, video] = ['audio', 'video'].map(async (kind) =>
      (await received(page)).find((each) => each.kind === kind),
    );
    expect(await audio).toMatchObject({ totalSamplesReceived: 0, totalAudioEnergy: 0 });
    expect((await audio)?.packetsReceived).toBeGreaterThan(100);
    expect(await video).toMatchObject({ frameWidth: 16 });
    // A sentence of more than two seconds, of which half has a voice, in packets of 20 ms.
    expect(voiced).toBeGreaterThan(50);
    await Promise.all([close(), ann.leave()]);
  });

  it('lets the page’s players play, and gives it back the streams that it gave them', async () => {
    const room = lab.createRoom({ face: 'web', variants: ['forwarder'] });
    const ann = await room.join({ name: 'Ann', camera: true });
    const { page, close } = await enter(room, () => {});
    await page.waitForFunction(
      '[...document.querySelectorAll("audio, video")].every(({ readyState, paused, currentTime }) => readyState === 4 && !paused && currentTime > 0.5)',
    );
    const isOwn = (expression: string) =>
      page.evaluate<boolean>(`(() => {
        const [audio, video] = ['audio', 'video'].map((name) => document.querySelector('figure[aria-label=Ann] ' + name));
        const tracks = new Set(connections[0].getReceivers().map(({ track }) => track));
        return ${expression};
      })()`);
    expect(await isOwn('audio.srcObject === video.srcObject')).toBe(true);
    expect(await isOwn('audio.srcObject.getTracks().every((track) => tracks.has(track))')).toBe(true);
    // A page that adds a track to what plays already gets no other stream either, and may take all away.
    expect(
      await isOwn(`(() => {
        const stream = new MediaStream();
        audio.srcObject = stream;
        for (const track of tracks) stream.addTrack(track);
        return audio.srcObject === stream;
      })()`),
    ).toBe(true);
    await page.waitForFunction('document.querySelector("figure[aria-label=Ann] audio").readyState === 4');
    expect(await isOwn('((audio.srcObject = null), audio.srcObject === null)')).toBe(true);
    // Still nothing is played.
    expect((await received(page)).find(({ kind }) => kind === 'audio')).toMatchObject({ totalSamplesReceived: 0 });
    await Promise.all([close(), ann.leave()]);
  });

  it('loses nothing of a voice while it stands still, and reports no time whose sound still waits', async () => {
    const room = lab.createRoom({ face: 'web', variants: ['forwarder'] });
    const ann = await room.join({ name: 'Ann', camera: true });
    const reports: PageReport[] = [];
    const { page, close } = await enter(room, (report) => reports.push(report));
    await page.evaluate('(() => { for (const since = Date.now(); Date.now() - since < 3000; ); })()');
    const stoodStillUntil = Date.now();
    await page.waitForFunction(`connections.length > 0 && Date.now() > ${stoodStillUntil + 500}`);
    await Promise.all([close(), ann.leave()]);

    const frames = reports.flatMap((report) => report.frames);
    // The voice's clock runs at 48 kHz, in packets of 20 ms; three seconds are 150 of them.
    expect(frames.length).toBeGreaterThan(150);
    const steps = frames.slice(1).map(({ rtpTimestamp }, index) => rtpTimestamp - (frames[index]?.rtpTimestamp ?? 0));
    expect(steps.filter((step) => step !== 960)).toEqual([]);
    const lateness = reports.flatMap((report, index) =>
      report.frames.map(({ arrivedAt }) => (reports[index - 1]?.at ?? 0) - arrivedAt),
    );
    // The mixer waits for 40 ms.
    expect(Math.max(...lateness)).toBeLessThan(40);
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

  it('decodes next to nothing and asks for no key frame, whatever the codec', async ({ signal }) => {
    const room = lab.createRoom({ face: 'web', variants: ['forwarder'] });
    const people = await Promise.all(
      codecs.map((codec) => room.join({ name: codec === 'VP8' ? 'Ann' : codec, camera: { codec }, isCrowd: true })),
    );
    const { page, close } = await enter(room, () => {});
    const videos = async () => (await received(page)).filter(({ kind }) => kind === 'video');
    const isDecoded = async (least: number) =>
      (await videos()).filter(({ framesDecoded = 0 }) => framesDecoded > least).length === codecs.length;
    await eventually(() => isDecoded(5), { signal });
    const asked = room.requestsOf('Bot').keyframes;
    await eventually(() => isDecoded(40), { signal });
    expect((await videos()).map(({ frameWidth }) => frameWidth)).toEqual(codecs.map(() => 16));
    expect(room.requestsOf('Bot').keyframes).toBe(asked);
    await Promise.all([close(), ...people.map((person) => person.leave())]);
  });
});
