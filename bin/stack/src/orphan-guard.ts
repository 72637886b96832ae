import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { GuardedProcess, GuardOrder } from './guard.ts';
import { identify } from './process-table.ts';

/**
 * A program of its own, for the case that the supervisor is gone without having stopped anything (kill -9, out of memory):
 * it holds a pipe from the supervisor, and ends what the supervisor started when that closes, services before what they
 * stand on, each in the way that keeps its data. It has imports and memory of nearly nothing.
 */
const watched = new Map<number, GuardedProcess>();

// Whoever ends the supervisor by a signal to all may not end this first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as GuardOrder;
  if (order.case === 'watch') watched.set(order.process.pid, order.process);
  else watched.delete(order.pid);
}
await endAll([...watched.values()].filter(({ isInfrastructure }) => !isInfrastructure));
await endAll([...watched.values()].filter(({ isInfrastructure }) => isInfrastructure));

async function endAll(processes: readonly GuardedProcess[]): Promise<void> {
  await Promise.all(processes.map(end));
}

async function end({ pid, stopSignal, stopMs }: GuardedProcess): Promise<void> {
  send(pid, stopSignal);
  const giveUpAt = Date.now() + stopMs;
  while (identify(pid) && Date.now() < giveUpAt) await delay(50);
  // What it started itself goes with it.
  send(-pid, 'SIGKILL');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
