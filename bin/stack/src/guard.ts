import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** A process, the leader of its group, that may not outlive the supervisor. */
export interface GuardedProcess {
  readonly pid: number;
  readonly stopSignal: NodeJS.Signals;
  /** How long it may take to stop before its group is killed, in milliseconds. */
  readonly stopMs: number;
  /** Whether services stand on it: it is stopped after them. */
  readonly isInfrastructure: boolean;
}

/** A line of JSON to the guard. */
export type GuardOrder =
  { readonly case: 'watch'; readonly process: GuardedProcess } | { readonly case: 'forget'; readonly pid: number };

/** Ends what was started when this process is gone and has not done so itself. */
export interface Guard extends AsyncDisposable {
  watch(process: GuardedProcess): void;
  forget(pid: number): void;
}

/** Starts the guard, and again whenever it ends. `dataDir` shows in the list of processes whose it is. */
export function startGuard(dataDir: string): Guard {
  const watched = new Map<number, GuardedProcess>();
  let isOver = false;
  let guard: ChildProcess;
  const send = (order: GuardOrder) => guard.stdin?.write(`${JSON.stringify(order)}\n`);
  const start = () => {
    guard = spawn(process.execPath, [join(import.meta.dirname, 'orphan-guard.ts'), dataDir], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Its own session: a Ctrl-C in the terminal is not for it.
      detached: true,
      env: {},
    });
    // A guard that was killed is reported by its exit.
    guard.stdin?.on('error', () => {});
    guard.once('error', () => {});
    guard.once('exit', () => !isOver && start());
    for (const process of watched.values()) send({ case: 'watch', process });
  };
  start();
  return {
    watch(process) {
      watched.set(process.pid, process);
      send({ case: 'watch', process });
    },
    forget(pid) {
      if (watched.delete(pid)) send({ case: 'forget', pid });
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      const ended = new Promise((resolve) => guard.once('exit', resolve));
      if (guard.exitCode !== null || guard.signalCode !== null) return;
      guard.stdin?.end();
      await ended;
    },
  };
}
