import { randomBytes } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { swallow, type Log } from '@earshot/kernel';
import type { InPageMarks } from '../page-protocol/options.ts';
import type { Picture } from '../domain/picture.ts';
import { closeContext } from './close-page.ts';
import { containPage, noRefusals, type Refusals } from './contain-page.ts';
import { toCameraFrame } from './fit-picture.ts';
import { inPageScript } from './in-page-script.ts';
import type { PageSocketListener, PageSocketPath, PageSockets } from './page-sockets.ts';

export interface BotPage {
  readonly page: Page;
  /** Aborts when the page crashed or was closed by somebody else. */
  readonly gone: AbortSignal;
  /** What the page tried beside its meeting, counted so far. */
  readonly refusals: Readonly<Refusals>;
  /** Asks the sender of a track of one of the page's documents for a key frame. */
  askForKeyFrame(document: string, track: number): void;
  /** Has the page film itself, where it does not yet: for pages of which `undecodedTiles` are known. */
  captureTab(): void;
  /** A camera's frame of a picture, JPEG; undefined for one that cannot be decoded. */
  fitPicture(picture: Picture): Promise<Uint8Array | undefined>;
  /** Closes the bot's context; resolves within two seconds, come what may. */
  close(): Promise<void>;
}

export interface BotPageOptions {
  readonly marks: InPageMarks;
  readonly botName: string;
  /** What the page's connections may try although it is not public. */
  readonly allow: readonly string[];
  /** What the camera shows in place of the name. */
  readonly picture: Picture | undefined;
  /** How often received sound is flushed from the page, milliseconds. */
  readonly flushIntervalMs: number;
  readonly log: Log;
  /** Gets each message of the page as it is; the page is not to be trusted. */
  readonly onMessage: (payload: string) => void;
  /** Gets each message with encoded video as it is; absent: nobody wants it, and it costs nothing. */
  readonly onVideo?: ((bytes: Buffer) => void) | undefined;
  /** Gets what the page's devices report; absent: they stay as they are. */
  readonly devices?: PageSocketListener | undefined;
  /** By which video leaves the page, and what the bot says and shows comes in. */
  readonly sockets?: PageSockets | undefined;
  /** What the context grants beside the devices, so that the page reaches its socket. */
  readonly socketPermissions?: readonly string[] | undefined;
}

/** A page in a context of its own, with the tap in place before the page's scripts run. */
export async function openBotPage(browser: Browser, options: BotPageOptions): Promise<BotPage> {
  const isFilmed = options.onVideo !== undefined && options.marks.undecodedTiles !== undefined;
  const context = await browser.newContext({
    locale: 'en-US',
    // What is filmed is drawn as large as it is to be seen.
    viewport: isFilmed ? { width: 1280, height: 720 } : { width: 960, height: 540 },
    // Every other one is refused without asking.
    permissions: ['microphone', 'camera', ...(options.socketPermissions ?? [])],
    acceptDownloads: false,
    // The pages' policies would stop the tap's own script.
    bypassCSP: true,
  });
  const gone = new AbortController();
  const refusals = noRefusals();
  let socket: PageSocketPath | undefined;
  let deviceSocket: PageSocketPath | undefined;
  const close = async () => {
    await closeContext(context, options.log);
    socket?.close();
    deviceSocket?.close();
  };
  try {
    const page = await context.newPage();
    page.on('crash', () => gone.abort());
    page.on('close', () => gone.abort());
    containPage(context, page, refusals);
    const { allow, botName, marks, flushIntervalMs } = options;
    const picture = options.picture ? await toCameraFrame(page, options.picture, options.log) : '';
    const binding = `_${randomBytes(12).toString('hex')}`;
    const session = await context.newCDPSession(page);
    session.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === binding) options.onMessage(payload);
    });
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: binding });
    socket = options.onVideo && options.sockets?.open({ onMessage: options.onVideo });
    deviceSocket = options.devices && options.sockets?.open(options.devices);
    const urls = { videoSocket: socket?.url ?? '', deviceSocket: deviceSocket?.url ?? '' };
    const told = { binding, allow, botName, picture, flushIntervalMs, ...urls };
    await context.addInitScript({ content: inPageScript({ ...told, ...marks }) });
    const askForKeyFrame = (document: string, track: number) => socket?.send(`${document}:${track}`);
    const film = () => socket?.send('tab');
    const fitPicture = (chosen: Picture) => fitElsewhere(browser, chosen, options.log);
    return { page, gone: gone.signal, refusals, askForKeyFrame, captureTab: film, fitPicture, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In an empty page of its own: the meeting's would get what a stranger chose. */
async function fitElsewhere(browser: Browser, picture: Picture, log: Log): Promise<Uint8Array | undefined> {
  const context = await browser.newContext();
  try {
    const frame = await toCameraFrame(await context.newPage(), picture, log);
    return frame === '' ? undefined : Buffer.from(frame, 'base64');
  } finally {
    await context.close().catch((error: unknown) => swallow(log, error, 'the context is gone'));
  }
}
