import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, SECOND, type Log } from '@earshot/kernel';
import type { Guard } from './guard.ts';
import { lastWords, sizeOf } from './last-words.ts';

export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Where it listens on loopback. */
  readonly port: number;
  /** Whether services stand on it: it is stopped after them. */
  readonly isInfrastructure: boolean;
  /** Standard output and errors are appended here. */
  readonly logFile: string;
  /** What asks the process to stop in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** How long that may take before it is killed, in milliseconds. */
  readonly stopMs: number;
  /** Whether the process does its work. */
  readonly isReady: () => Promise<boolean>;
}

/** A process that is kept alive: one that ends by itself is started again, unless its configuration cannot be used. */
export interface Supervised extends AsyncDisposable {
  readonly name: string;
  readonly pid: number | undefined;
  /** Whether services stand on it. */
  readonly isInfrastructure: boolean;
  /** Resolves when the process does its work; rejects after `timeoutMs`, and when it ends again and again, with its reason. */
  ready(options: { timeoutMs: number; signal?: AbortSignal | undefined }): Promise<void>;
  /** Sends a signal to the process as it is. */
  kill(signal: NodeJS.Signals): void;
}

export interface SuperviseOptions {
  readonly log: Log;
  readonly guard: Guard;
  /** The process was ready once, and can never be again. */
  readonly onGivenUp: (why: AppError) => void;
}

/** EX_CONFIG of sysexits.h: the same again would end the same way. */
const CONFIGURATION_EXIT = 78;
/** How often a process may end before it has been ready: one that lost a race for something gets it then. */
const ENDS_AT_START = 3;

export function supervise(plan: ProcessPlan, { log, guard, onGivenUp }: SuperviseOptions): Supervised {
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;
  let endsAtStart = 0;
  let hasBeenReady = false;
  let givenUp: AppError | undefined;
  const logStart = sizeOf(plan.logFile);

  const giveUp = (how: string) => {
    const why = lastWords(plan.logFile, logStart);
    const text = `${plan.name} ${how}${why ? `: ${why}` : ''} (log: ${plan.logFile})`;
    givenUp = new AppError('failed-precondition', text);
    if (hasBeenReady) onGivenUp(givenUp);
  };

  const start = () => {
    const output = openSync(plan.logFile, 'a', 0o600);
    const started = spawn(plan.command, plan.args, {
      env: plan.env,
      stdio: ['ignore', output, output],
      // Its own group: a Ctrl-C in the terminal is for the supervisor, which stops the others in order.
      detached: true,
      ...(plan.uid === undefined ? {} : { uid: plan.uid, gid: plan.gid ?? plan.uid }),
    });
    closeSync(output);
    child = started;
    const { pid } = started;
    const { stopSignal, stopMs, isInfrastructure } = plan;
    if (pid !== undefined) guard.watch({ pid, stopSignal, stopMs, isInfrastructure });
    const startedAt = Date.now();
    started.once('error', (error) => {
      log.error('cannot start', { process: plan.name, error });
      if (pid === undefined) giveUp(`cannot be started (${error.message}; bin/setup installs what is missing)`);
    });
    started.once('exit', (code, signal) => {
      if (pid !== undefined) guard.forget(pid);
      if (stopping || child !== started) return;
      if (code === CONFIGURATION_EXIT) return giveUp('cannot run as it is configured');
      if (!hasBeenReady && ++endsAtStart >= ENDS_AT_START)
        return giveUp(`ended ${ENDS_AT_START} times at start (${signal ?? `code ${code}`})`);
      log.warn('process ended, starting it again', { process: plan.name, code, signal });
      restarts = Date.now() - startedAt > 10 * SECOND ? 0 : restarts + 1;
      void delay(Math.min(2 * SECOND, 50 * 2 ** restarts)).then(() => {
        if (!stopping) start();
      });
    });
  };
  start();

  return {
    name: plan.name,
    isInfrastructure: plan.isInfrastructure,
    get pid() {
      return child?.pid;
    },
    async ready({ timeoutMs, signal }) {
      const giveUpAt = Date.now() + timeoutMs;
      for (;;) {
        signal?.throwIfAborted();
        if (givenUp) throw givenUp;
        if (stopping) throw new AppError('cancelled', `${plan.name} is stopped`);
        // Nobody else listened there before it started: while it lives, the answer is its own.
        const asked = child;
        if ((await plan.isReady().catch(() => false)) && asked === child && isAlive(asked)) break;
        if (Date.now() > giveUpAt) {
          const why = lastWords(plan.logFile, logStart);
          const text = `${plan.name} did not become ready within ${timeoutMs / SECOND} s${why ? `; last it said: ${why}` : ''}`;
          throw new AppError('unavailable', `${text} (log: ${plan.logFile})`);
        }
        await delay(50);
      }
      hasBeenReady = true;
    },
    kill(signal) {
      child?.kill(signal);
    },
    async [Symbol.asyncDispose]() {
      stopping = true;
      if (!isAlive(child)) return;
      const ended = once(child, 'exit');
      child.kill(plan.stopSignal);
      const killer = setTimeout(() => killGroup(child?.pid), plan.stopMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

function isAlive(child: ChildProcess | undefined): child is ChildProcess {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
