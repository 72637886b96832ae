import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@earshot/kernel';
import { identify, isRunning, type ProcessIdentity } from './process-table.ts';

/** A data folder that is ours until it is let go. */
export interface FolderLock extends Disposable {
  /** Whether its last holder ended without letting it go: what that one started may still be ending. */
  readonly isInherited: boolean;
}

/** Takes a data folder for one stack. Throws `failed-precondition` while another has it; a lock whose holder is gone is taken over. */
export function lockFolder(dataDir: string): FolderLock {
  const file = join(dataDir, 'supervisor.lock');
  const own = join(dataDir, `supervisor.lock.${process.pid}.${performance.now()}`);
  writeFileSync(own, JSON.stringify(identify(process.pid)), { mode: 0o644 });
  try {
    for (let isInherited = false; ; isInherited = true) {
      if (linked(own, file)) return { isInherited, [Symbol.dispose]: () => rmSync(file, { force: true }) };
      const text = readText(file);
      const holder = readHolder(text);
      if (holder && isRunning(holder)) {
        throw new AppError(
          'failed-precondition',
          `the data folder ${dataDir} is in use by another stack (process ${holder.pid}): end that one, or choose another folder with --data or EARSHOT_DATA`,
        );
      }
      removeStale(file, text);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A link is made whole or not at all: nobody reads a lock that is half written. */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two may find the same stale lock; what the second would take away is then the first's, and is put back. */
function removeStale(file: string, text: string | undefined): void {
  if (text === undefined) return;
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return;
  }
  if (readText(aside) !== text) linked(aside, file);
  rmSync(aside, { force: true });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readHolder(text: string | undefined): ProcessIdentity | undefined {
  try {
    return JSON.parse(text ?? '') as ProcessIdentity;
  } catch {
    return undefined;
  }
}
