import { copyFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE } from '@earshot/kernel';
import { sizeOf } from './last-words.ts';

/** A log may have so many bytes, and the one before it as many. */
const LARGEST = 64 * 1024 * 1024;

/**
 * Puts logs that are full beside themselves, in the place of what lay there, and empties them. Their writers append, and go
 * on at the new beginning; what one writes between the two steps is lost.
 */
export function rotateLogs(folder: string, largest = LARGEST): void {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
    const file = join(folder, name);
    if (sizeOf(file) <= largest) continue;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }
}

/** Keeps the logs of a folder from growing for ever. */
export function startRotating(folder: string): Disposable {
  const timer = setInterval(() => rotateLogs(folder), MINUTE).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
