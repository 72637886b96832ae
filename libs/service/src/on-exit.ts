import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '@earshot/kernel';

/** A collector that does not answer keeps no process. */
const LONGEST_WAIT_MS = 2 * SECOND;

const works: (() => Promise<unknown>)[] = [];

/** Has work done after a service was disposed and before its process ends. */
export function onExit(work: () => Promise<unknown>): void {
  works.push(work);
}

/** Does what `onExit` was given, for as long as that may take. Never rejects. */
export async function runExitWork(): Promise<void> {
  if (works.length === 0) return;
  await Promise.race([Promise.allSettled(works.splice(0).map((work) => work())), delay(LONGEST_WAIT_MS)]);
}
