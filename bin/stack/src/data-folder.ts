import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@earshot/kernel';
import { lockFolder, type FolderLock } from './folder-lock.ts';

/** What has to be free before anything is started, in bytes: a new cluster and its log (80 MB), the code's cache, and room to log what fails. */
const LEAST_FREE_BYTES = 256 * 1024 * 1024;

const choose = 'or choose another folder with --data or EARSHOT_DATA';

/** Makes the data folder and what is in it for our own eyes only, and takes it. Throws `failed-precondition` when that cannot be. */
export function openDataFolder(dataDir: string): FolderLock {
  try {
    mkdirSync(dataDir, { recursive: true });
    // Recordings, facts and logs are of nobody's business, whoever may pass through the folders above.
    for (const name of ['logs', 'blobs', 'nats', 'certificates']) {
      mkdirSync(join(dataDir, name), { recursive: true, mode: 0o700 });
      chmodSync(join(dataDir, name), 0o700);
    }
    const lock = lockFolder(dataDir);
    try {
      checkSpace(dataDir);
      return lock;
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unusable(dataDir, error);
  }
}

/** Throws `failed-precondition` where a folder's disk is as good as full. */
export function checkSpace(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= LEAST_FREE_BYTES) return;
  const [has, needs] = [free, LEAST_FREE_BYTES].map((bytes) => Math.floor(bytes / 1024 / 1024));
  throw new AppError(
    'failed-precondition',
    `the disk of the data folder ${folder} is full: ${has} MB are free and ${needs} MB are needed: free some, ${choose}`,
  );
}

function unusable(dataDir: string, cause: unknown): AppError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why = code === 'ENOSPC' ? 'its disk is full' : (code ?? message);
  const text = `the data folder ${dataDir} cannot be written to (${why}): make it ours, ${choose}`;
  return new AppError('failed-precondition', text, { cause });
}
