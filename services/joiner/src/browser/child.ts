import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { silentLog, swallow, type Log } from '@earshot/kernel';
import { createLogger, systemClock } from '@earshot/service';
import { RecordingPause } from '../domain/recording-pause.ts';
import type { Picture } from '../domain/picture.ts';
import { videoBytes, type VideoBatch } from '../domain/video-batch.ts';
import type { VideoLimits } from '../domain/video-budget.ts';
import type { WorkerMessage, ToWorker, WorkerConfig } from './ipc.ts';
import { launchBrowser } from './launch-browser.ts';
import { createPageOpenQueue, type PageOpenQueue } from './page-open-queue.ts';
import { socketPermissions, startPageSockets } from './page-sockets.ts';
import { runBot } from './run-bot.ts';
import type { RunControls } from './run-controls.ts';

// The process that has a browser: a few bots, one context each. It lives and dies with its browser, and with its parent.

interface Running {
  readonly leave: AbortController;
  readonly revoke: AbortController;
  readonly controls: RunControls;
  readonly show: (picture: Picture | undefined) => void;
}

/** To the parent, of all bots. */
const MAX_VIDEO_BYTES_UNDER_WAY = 16 * 1024 * 1024;

/** Meetings are timed by a clock that never jumps. */
const clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };
const running = new Map<string, Running>();
let log: Log = silentLog;
let browser: Promise<Browser> | undefined;
let pageOpenQueue: PageOpenQueue | undefined;
let termsAcceptedHosts: readonly string[] = [];
let home: string | undefined;
let videoLimits: VideoLimits | undefined;
let videoBytesUnderWay = 0;

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

/** A parent that reads late costs bounded memory: what is beyond is not sent. */
function sendVideo(key: string, batch: VideoBatch): boolean {
  const bytes = videoBytes(batch);
  if (!process.connected || videoBytesUnderWay + bytes > MAX_VIDEO_BYTES_UNDER_WAY) return false;
  videoBytesUnderWay += bytes;
  const event: WorkerMessage = { case: 'event', value: { key, event: { case: 'video', batch } } };
  process.send?.(event, undefined, {}, () => (videoBytesUnderWay -= bytes));
  return true;
}

function configure(config: WorkerConfig): void {
  log = createLogger('joiner', config.logLevel).child({ browserProcess: process.pid });
  home = config.home;
  videoLimits = config.video;
  const { allow, proxy } = config;
  // Its port has to be known when the browser starts.
  const sockets = startPageSockets();
  browser = sockets.then(({ port }) => launchBrowser(config, log, { directPort: port }));
  const ready = sockets.then((opened) => ({ allow, sockets: opened, socketPermissions: socketPermissions(proxy) }));
  pageOpenQueue = createPageOpenQueue(browser, ready);
  termsAcceptedHosts = config.termsAcceptedHosts;
  browser.then(
    (launched) => {
      launched.on('disconnected', () => process.exit(running.size > 0 ? 1 : 0));
      send({ case: 'ready', value: {} });
    },
    (error: unknown) => {
      log.error('browser did not start', { error });
      process.exit(1);
    },
  );
}

async function visit({ key, visit: spec }: Extract<ToWorker, { case: 'visit' }>['value']): Promise<void> {
  if (!pageOpenQueue || running.has(key)) return;
  const leave = new AbortController();
  const revoke = new AbortController();
  const { promise: picture, resolve: show } = Promise.withResolvers<Picture | undefined>();
  const controls: RunControls = {
    leave: leave.signal,
    revoke: revoke.signal,
    picture,
    messages: [],
    pause: new RecordingPause(spec.beginsPaused),
    otherBots: [],
    recordingSince: undefined,
    wantsMicrophone: false,
    wantsCamera: spec.showsPicture,
  };
  running.set(key, { leave, revoke, controls, show });
  const [botId, epoch] = key.split(':');
  try {
    await runBot(
      {
        pageOpenQueue,
        termsAcceptedHosts,
        clock,
        log: log.child({ botId, epoch }),
        emit: (event) => send({ case: 'event', value: { key, event } }),
        ...(videoLimits && { videoLimits }),
        emitVideo: (batch) => sendVideo(key, batch),
      },
      spec,
      controls,
    );
  } finally {
    running.delete(key);
  }
}

function setPaused({ key, isPaused }: { readonly key: string; readonly isPaused: boolean }): void {
  const found = running.get(key);
  if (!found) return;
  const at = found.controls.pause.set(isPaused, clock.now());
  send({ case: 'event', value: { key, event: { case: 'recording-paused', isPaused, at } } });
}

function onMessage(command: ToWorker): void {
  switch (command.case) {
    case 'configure':
      return configure(command.value);
    case 'visit':
      return void visit(command.value);
    case 'picture':
      return running.get(command.value.key)?.show(command.value.picture);
    case 'recording': {
      const found = running.get(command.value.key);
      if (found) found.controls.recordingSince ??= clock.now();
      return;
    }
    case 'set-paused':
      return setPaused(command.value);
    case 'send-chat':
      return void running.get(command.value.key)?.controls.messages.push(command.value.message);
    case 'say':
      return running.get(command.value.key)?.controls.say?.(command.value.pcm);
    case 'stop-speaking':
      return running.get(command.value.key)?.controls.stopSpeaking?.(command.value.stop);
    case 'show-image':
      return running.get(command.value.key)?.controls.showImage?.(command.value.picture);
    case 'key-frame':
      return running.get(command.value.key)?.controls.requestKeyFrame?.(command.value.trackId);
    case 'other-bots': {
      const found = running.get(command.value.key);
      if (found) found.controls.otherBots = command.value.bots;
      return;
    }
    case 'leave':
      return running.get(command.value.key)?.leave.abort(command.value.reason);
    case 'revoke':
      return running.get(command.value.key)?.revoke.abort();
    case 'retire':
      return void close();
  }
}

async function close(): Promise<void> {
  await browser?.then((launched) => launched.close()).catch((error: unknown) => swallow(log, error, 'it is gone'));
  process.exit(0);
}

/** The joiner was killed: nobody else will remove what this process has written. It ends as soon as its browser has. */
function closeOrphaned(): void {
  process.once('exit', () => home && rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  void close();
}

process.on('message', (message) => onMessage(message as ToWorker));
process.on('disconnect', closeOrphaned);
// The parent drains; the group's signals are not for this process.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
