import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '@earshot/kernel';
import { errnoOf } from './file-errors.ts';

/** Where a body goes: `temporaryDir` must be on the file system of `path`. */
export interface AtomicWrite {
  readonly path: string;
  readonly temporaryDir: string;
  /** Fails with the system's EEXIST when `path` exists. */
  readonly ifAbsent: boolean;
  readonly signal?: AbortSignal;
}

const dirMode = 0o750;
const fileMode = 0o640;
/** A folder made for us can be removed by a deletion that found it empty; so often in a row it is not chance. */
const moveAttempts = 10;

/**
 * Writes a file that is either whole and on the disk, or not there: temporary file, fsync, rename (or link, which
 * refuses to replace), fsync of the folders. Throws what the system or the body throws, and leaves nothing behind.
 */
export async function writeAtomically(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  { path, temporaryDir, ifAbsent, signal }: AtomicWrite,
): Promise<void> {
  await mkdir(temporaryDir, { recursive: true, mode: dirMode });
  const temporary = join(temporaryDir, randomUUID());
  try {
    await writeDurably(temporary, body, signal);
    await moveIntoPlace(temporary, { path, ifAbsent });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Makes the entries of a folder durable. */
export async function syncDir(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

async function writeDurably(
  path: string,
  body: Uint8Array | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await using handle: FileHandle = await open(path, 'wx', fileMode);
  signal?.throwIfAborted();
  await handle.writeFile(signal && !(body instanceof Uint8Array) ? untilAborted(body, signal) : body);
  await handle.sync();
}

/** A body that does not come must not hold up a caller that gave up on it: aborting ends the wait for its next part. */
async function* untilAborted(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      const part = await Promise.race([iterator.next(), aborted.promise]);
      if (part.done) return;
      yield part.value;
    }
  } catch (error) {
    // Not awaited: a generator that waits for ever cannot return either.
    void iterator.return?.();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function moveIntoPlace(temporary: string, target: { path: string; ifAbsent: boolean }): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const made = await makeDir(dirname(target.path));
      await (target.ifAbsent ? link : rename)(temporary, target.path);
      // A folder that was made is an entry of its parent, which has to last as well.
      const last = made === undefined ? dirname(target.path) : dirname(made);
      for (let dir = dirname(target.path); ; dir = dirname(dir)) {
        await syncDir(dir);
        if (dir === last) return;
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' || attempt === moveAttempts) throw error;
    }
  }
}

/** Returns the first folder it had to make. */
async function makeDir(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: dirMode });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    throw new AppError('failed-precondition', 'a blob stands where the key needs a folder', { cause: error });
  }
}
