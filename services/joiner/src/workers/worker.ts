import { fork } from 'node:child_process';
import { join } from 'node:path';
import { swallow, type Clock, type Log } from '@earshot/kernel';
import type { BrowserConfig, WorkerMessage, ToWorker, WorkerEvent } from '../browser/ipc.ts';
import { makeHome, removeHome, watchSize } from './home.ts';
import type { WorkerUser } from './worker-user.ts';

export interface WorkerOptions {
  readonly config: BrowserConfig;
  /** What the browser may have on the disk, bytes; one that takes more is killed. */
  readonly maxDiskBytes: number;
  readonly clock: Clock;
  readonly user: WorkerUser | undefined;
  readonly log: Log;
  readonly onEvent: (key: string, event: WorkerEvent) => void;
  /** The process is gone, for whatever reason. */
  readonly onExit: () => void;
}

/** A child process with one browser. */
export interface Worker {
  readonly pid: number | undefined;
  send(message: ToWorker): void;
  kill(): void;
}

/** Everything a browser's process gets to see of our environment. */
const passedOn = ['PATH', 'LANG', 'TZ', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE'];

export const workerScript = join(import.meta.dirname, '../browser/child.ts');

/** Starts a child process under its own user, in a home of its own, without this process's environment. */
export function startWorker({ config, user, maxDiskBytes, clock, log, onEvent, onExit }: WorkerOptions): Worker {
  const home = makeHome(user);
  const known = passedOn.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]] as const],
  );
  const child = fork(workerScript, [], {
    cwd: home,
    env: { ...Object.fromEntries(known), HOME: home, TMPDIR: home },
    execPath: process.execPath,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...user,
  });
  const watching = new AbortController();
  watchSize(home, { maxBytes: maxDiskBytes, clock, signal: watching.signal }).then(
    (bytes) => {
      log.error('browser process killed: it has filled its folder', { browserProcess: child.pid, bytes });
      child.kill('SIGKILL');
    },
    () => {},
  );
  let isOver = false;
  const over = () => {
    if (isOver) return;
    isOver = true;
    watching.abort();
    removeHome(home, log);
    onExit();
  };
  child.on('message', (message: WorkerMessage) => {
    if (message.case === 'event') onEvent(message.value.key, message.value.event);
  });
  child.on('error', (error) => {
    log.error('browser process failed', { error });
    if (child.pid === undefined) over();
  });
  child.on('exit', (code, signal) => {
    log.info('browser process ended', { browserProcess: child.pid, code, signal });
    over();
  });
  const worker: Worker = {
    pid: child.pid,
    send(message) {
      if (!child.connected) return;
      child.send(message, (error) => error && swallow(log, error, 'its exit is told apart'));
    },
    kill: () => void child.kill('SIGKILL'),
  };
  worker.send({ case: 'configure', value: { ...config, home } });
  return worker;
}
