import { chownSync, mkdtempSync, rmSync, type Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECOND, swallow, type Clock, type Log } from '@earshot/kernel';
import type { WorkerUser } from './worker-user.ts';

/** `joiner-<process id of the joiner>-<chance>`. */
const homeName = /^joiner-(\d+)-[A-Za-z0-9]{6}$/;
/** A browser that was killed takes its time to die, and writes meanwhile. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 200 };

/** A folder for one browser: its profile and whatever else it writes. */
export function makeHome(user: WorkerUser | undefined): string {
  const home = mkdtempSync(join(tmpdir(), `joiner-${process.pid}-`));
  if (user) chownSync(home, user.uid, user.gid);
  return home;
}

/** Removes it at once where that can be, else as soon as it can. */
export function removeHome(home: string, log: Log): void {
  try {
    rmSync(home, { recursive: true, force: true });
  } catch {
    rm(home, REMOVAL).catch((error: unknown) => swallow(log, error, 'the next start removes it'));
  }
}

/**
 * Removes the homes of joiners that were killed before they could. Those whose process id is another process's today stay; in
 * a container, where ids repeat, a home that is older than this process is nobody's.
 */
export async function removeLeftovers(log: Log): Promise<void> {
  const startedAt = Date.now() - process.uptime() * 1000;
  let removed = 0;
  for (const name of await readdir(tmpdir())) {
    const pid = Number(homeName.exec(name)?.[1] ?? NaN);
    const home = join(tmpdir(), name);
    if (Number.isNaN(pid) || !(await isLeftover(home, { pid, startedAt }))) continue;
    removeHome(home, log);
    removed += 1;
  }
  if (removed > 0) log.info('leftovers of killed joiners are removed', { folders: removed });
}

async function isLeftover(home: string, { pid, startedAt }: { pid: number; startedAt: number }): Promise<boolean> {
  if (pid !== process.pid) return !isRunning(pid);
  const { birthtimeMs } = await stat(home).catch(() => ({ birthtimeMs: Infinity }));
  return birthtimeMs < startedAt;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Between two looks at the size of a folder. */
const WATCH_MS = 5 * SECOND;

/** Resolves with its size when a folder has grown beyond `maxBytes`; rejects with the signal's reason. */
export async function watchSize(
  folder: string,
  { maxBytes, clock, signal }: { maxBytes: number; clock: Clock; signal: AbortSignal },
): Promise<number> {
  for (;;) {
    await clock.sleep(WATCH_MS, signal);
    const bytes = await sizeOf(folder);
    signal.throwIfAborted();
    if (bytes > maxBytes) return bytes;
  }
}

/** Bytes of all files in a folder, as far as they can be seen. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sizeOf(path);
    if (!entry.isFile()) return 0;
    // Blocks of 512 bytes: what a file takes, not how long it says it is.
    return stat(path).then(
      ({ blocks }) => blocks * 512,
      () => 0,
    );
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
