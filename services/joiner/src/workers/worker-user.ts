import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '@earshot/kernel';

export interface WorkerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface WorkerUserOptions {
  /** Empty: `nobody` when this process is root's. */
  readonly name: string;
  /** Files that the user has to be able to read. */
  readonly paths: readonly string[];
  readonly log: Log;
}

/**
 * As whom browsers run. As root, Chromium refuses its sandbox, so another user takes them; where that cannot be, they run
 * as root without a sandbox, and the log says so. `isSandboxed`: whether the sandbox can be asked for.
 */
export function workerUser({ name, paths, log }: WorkerUserOptions): {
  user: WorkerUser | undefined;
  isSandboxed: boolean;
} {
  if (process.getuid?.() !== 0) return { user: undefined, isSandboxed: true };
  try {
    const user = { uid: idOf(name || 'nobody', '-u'), gid: idOf(name || 'nobody', '-g') };
    const closed = paths.find((path) => !isReadableByOthers(path));
    if (!closed) return { user, isSandboxed: true };
    log.warn('BROWSERS RUN AS ROOT WITHOUT A SANDBOX: the code cannot be read by the browser user', { closed });
  } catch (error) {
    log.warn('BROWSERS RUN AS ROOT WITHOUT A SANDBOX: no such browser user', { error });
  }
  return { user: undefined, isSandboxed: false };
}

function idOf(name: string, flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim());
}

/** The file for reading, and every folder above it for passing through. */
function isReadableByOthers(path: string): boolean {
  if ((statSync(path).mode & 0o004) === 0) return false;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
