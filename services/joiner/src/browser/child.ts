import { rmSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { silentLog, swallow, type Log } from '@earshot/kernel';
import { createLogger, systemClock } from '@earshot/service';
import type { Picture } from '../domain/picture.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './ipc.ts';
import { launchBrowser } from './launch-browser.ts';
import { createOpenings, type Openings } from './openings.ts';
import { runVisit, type VisitOrders } from './visit-run.ts';

// The process that has a browser: a few bots, one context each. It lives and dies with its browser, and with its parent.

interface Running {
  readonly leave: AbortController;
  readonly abandon: AbortController;
  readonly orders: VisitOrders;
  readonly show: (picture: Picture | undefined) => void;
}

/** Meetings are timed by a clock that never jumps. */
const clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };
const running = new Map<string, Running>();
let log: Log = silentLog;
let browser: Promise<Browser> | undefined;
let openings: Openings | undefined;
let termsAcceptedHosts: readonly string[] = [];
let home: string | undefined;

function say(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}

function configure(config: WorkerConfig): void {
  log = createLogger('joiner', config.logLevel).child({ browserProcess: process.pid });
  home = config.home;
  browser = launchBrowser(config, log);
  openings = createOpenings(browser, config);
  termsAcceptedHosts = config.termsAcceptedHosts;
  browser.then(
    (launched) => {
      launched.on('disconnected', () => process.exit(running.size > 0 ? 1 : 0));
      say({ case: 'ready', value: {} });
    },
    (error: unknown) => {
      log.error('browser did not start', { error });
      process.exit(1);
    },
  );
}

async function visit({ key, visit: ordered }: Extract<ToWorker, { case: 'visit' }>['value']): Promise<void> {
  if (!openings || running.has(key)) return;
  const leave = new AbortController();
  const abandon = new AbortController();
  const { promise: picture, resolve: show } = Promise.withResolvers<Picture | undefined>();
  const orders: VisitOrders = {
    leave: leave.signal,
    abandon: abandon.signal,
    picture,
    messages: [],
    otherBots: [],
    recordingSince: undefined,
  };
  running.set(key, { leave, abandon, orders, show });
  const [botId, epoch] = key.split(':');
  try {
    await runVisit(
      {
        openings,
        termsAcceptedHosts,
        clock,
        log: log.child({ botId, epoch }),
        tell: (news) => say({ case: 'news', value: { key, news } }),
      },
      ordered,
      orders,
    );
  } finally {
    running.delete(key);
  }
}

function obey(order: ToWorker): void {
  switch (order.case) {
    case 'configure':
      return configure(order.value);
    case 'visit':
      return void visit(order.value);
    case 'picture':
      return running.get(order.value.key)?.show(order.value.picture);
    case 'recording': {
      const found = running.get(order.value.key);
      if (found) found.orders.recordingSince ??= clock.now();
      return;
    }
    case 'say':
      return void running.get(order.value.key)?.orders.messages.push(order.value.message);
    case 'other-bots': {
      const found = running.get(order.value.key);
      if (found) found.orders.otherBots = order.value.bots;
      return;
    }
    case 'leave':
      return running.get(order.value.key)?.leave.abort(order.value.reason);
    case 'abandon':
      return running.get(order.value.key)?.abandon.abort();
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

process.on('message', (message) => obey(message as ToWorker));
process.on('disconnect', closeOrphaned);
// The parent drains; the group's signals are not for this process.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
