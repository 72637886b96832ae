import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { silentLog, swallow, type Log } from '@earshot/kernel';
import { createLogger, systemClock } from '@earshot/service';
import { RecordingPause } from '../domain/recording-pause.ts';
import type { Picture } from '../domain/picture.ts';
import type { WorkerMessage, ToWorker, WorkerConfig } from './ipc.ts';
import { launchBrowser } from './launch-browser.ts';
import { createPageOpenQueue, type PageOpenQueue } from './page-open-queue.ts';
import { runBot } from './run-bot.ts';
import type { RunControls } from './run-controls.ts';

// The process that has a browser: a few bots, one context each. It lives and dies with its browser, and with its parent.

interface Running {
  readonly leave: AbortController;
  readonly revoke: AbortController;
  readonly controls: RunControls;
  readonly show: (picture: Picture | undefined) => void;
}

/** Meetings are timed by a clock that never jumps. */
const clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };
const running = new Map<string, Running>();
let log: Log = silentLog;
let browser: Promise<Browser> | undefined;
let pageOpenQueue: PageOpenQueue | undefined;
let termsAcceptedHosts: readonly string[] = [];
let home: string | undefined;

function send(message: WorkerMessage): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

function configure(config: WorkerConfig): void {
  log = createLogger('joiner', config.logLevel).child({ browserProcess: process.pid });
  home = config.home;
  browser = launchBrowser(config, log);
  pageOpenQueue = createPageOpenQueue(browser, config);
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
