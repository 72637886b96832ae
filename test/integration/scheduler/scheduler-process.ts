import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { SchedulerConfig } from '@earshot/scheduler';

/** A scheduler in a process of its own. */
export interface SchedulerProcess extends AsyncDisposable {
  /** `SIGSTOP` and `SIGCONT`, as an operator or a busy host does it. */
  signal(name: NodeJS.Signals): void;
  /** Blocks its event loop for so many milliseconds, as a long computation does. */
  block(ms: number): void;
}

/** Resolves when it serves. */
export async function startSchedulerProcess(config: SchedulerConfig): Promise<SchedulerProcess> {
  const child = fork(join(import.meta.dirname, 'scheduler-main.ts'), [JSON.stringify(config)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const exited = once(child, 'close');
  await Promise.race([once(child, 'message'), exited.then(() => Promise.reject(new Error('it has ended')))]);
  return {
    signal: (name) => void child.kill(name),
    block: (ms) => void child.send(ms),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
