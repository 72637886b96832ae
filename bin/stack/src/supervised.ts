import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, SECOND, type Log } from '@earshot/kernel';

export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Standard output and errors are appended here. */
  readonly logFile: string;
  /** What asks the process to stop in good order. */
  readonly stopSignal: NodeJS.Signals;
  /** How long that may take before it is killed, in milliseconds. */
  readonly stopMs: number;
  /** Whether the process does its work. */
  readonly isReady: () => Promise<boolean>;
}

/** A process that is kept alive: one that ends by itself is started again. */
export interface Supervised extends AsyncDisposable {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves when the process does its work; rejects after `timeoutMs`. */
  ready(timeoutMs: number): Promise<void>;
  /** Sends a signal to the process as it is. */
  kill(signal: NodeJS.Signals): void;
}

export function supervise(plan: ProcessPlan, log: Log): Supervised {
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;

  const start = () => {
    const output = openSync(plan.logFile, 'a');
    const started = spawn(plan.command, plan.args, {
      env: plan.env,
      stdio: ['ignore', output, output],
      // Its own group: a Ctrl-C in the terminal is for the supervisor, which stops the others in order.
      detached: true,
      ...(plan.uid === undefined ? {} : { uid: plan.uid, gid: plan.gid ?? plan.uid }),
    });
    closeSync(output);
    child = started;
    const startedAt = Date.now();
    started.once('error', (error) => log.error('cannot start', { process: plan.name, error }));
    started.once('exit', (code, signal) => {
      if (stopping || child !== started) return;
      log.warn('process ended, starting it again', { process: plan.name, code, signal });
      restarts = Date.now() - startedAt > 10 * SECOND ? 0 : restarts + 1;
      void delay(Math.min(2 * SECOND, 50 * 2 ** restarts)).then(() => {
        if (!stopping) start();
      });
    });
  };
  start();
  // Whoever started it may end without stopping it: nothing of it may stay.
  const killWithUs = () => killGroup(child?.pid);
  process.once('exit', killWithUs);

  return {
    name: plan.name,
    get pid() {
      return child?.pid;
    },
    async ready(timeoutMs) {
      const giveUpAt = Date.now() + timeoutMs;
      while (!(await plan.isReady().catch(() => false))) {
        if (Date.now() > giveUpAt) {
          throw new AppError('unavailable', `${plan.name} did not become ready; its log: ${plan.logFile}`);
        }
        await delay(50);
      }
    },
    kill(signal) {
      child?.kill(signal);
    },
    async [Symbol.asyncDispose]() {
      stopping = true;
      process.off('exit', killWithUs);
      if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(plan.stopSignal);
      const killer = setTimeout(() => killGroup(child?.pid), plan.stopMs);
      await ended;
      clearTimeout(killer);
    },
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
