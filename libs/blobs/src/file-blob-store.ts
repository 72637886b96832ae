import {
  mkdir,
  open,
  opendir,
  readdir,
  readFile,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { AppError } from '@earshot/kernel';
import { syncDir, writeAtomically } from './atomic-file.ts';
import { checkKey, checkPrefix } from './blob-key.ts';
import type { BlobEntry, BlobInfo, BlobRead, BlobStore, ByteRange, PutOptions } from './blob-store.ts';
import { contentTypeOf } from './content-type.ts';
import { errnoOf, fileError } from './file-errors.ts';

export interface FileBlobStoreOptions {
  /** An absolute path; made when it does not exist. */
  readonly rootDir: string;
}

/** No key can hold an `@`, so files of our own never meet a blob's. */
const temporaryName = '@tmp';
const typeSuffix = '@type';
const markerName = '@store';

/** A blob is a file under its key. One file system only; several processes may share it. */
export class FileBlobStore implements BlobStore {
  readonly #rootDir: string;

  constructor(options: FileBlobStoreOptions) {
    this.#rootDir = resolve(options.rootDir);
  }

  async put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options: PutOptions): Promise<BlobInfo> {
    const path = this.#pathOf(key);
    const { contentType, ifAbsent = true, signal } = options;
    const temporaryDir = join(this.#rootDir, temporaryName);
    try {
      if (ifAbsent && (await statFile(path))) throw new AppError('already-exists', 'blob already exists');
      // Before the blob, so that whoever sees the blob sees its type.
      if (contentType !== contentTypeOf(key)) {
        const type = { path: path + typeSuffix, temporaryDir, ifAbsent: false };
        await writeAtomically(Buffer.from(contentType), type);
      } else await rm(path + typeSuffix, { force: true });
      await writeAtomically(body, { path, temporaryDir, ifAbsent, signal });
      const { size, mtimeMs } = await stat(path);
      return { key, size, contentType, modifiedAtMs: mtimeMs };
    } catch (error) {
      const failure = fileError(error, key);
      if (ifAbsent && failure.code !== 'already-exists') await unlinkFile(path + typeSuffix);
      throw failure;
    }
  }

  async get(key: string, range: ByteRange = {}): Promise<BlobRead> {
    const path = this.#pathOf(key);
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      const [file, contentType] = await Promise.all([handle.stat(), this.#contentTypeOf(key)]);
      if (!file.isFile()) throw new AppError('not-found', 'no such blob', { fields: { key } });
      const { start, end } = resolveRange(range, file.size);
      // An inclusive end cannot express an empty read.
      const stream = handle.createReadStream(file.size === 0 ? {} : { start, end });
      return { key, size: file.size, contentType, modifiedAtMs: file.mtimeMs, stream, start, end };
    } catch (error) {
      await handle?.close();
      throw fileError(error, key);
    }
  }

  async head(key: string): Promise<BlobInfo | undefined> {
    const file = await statFile(this.#pathOf(key));
    return file && { key, ...file, contentType: await this.#contentTypeOf(key) };
  }

  async *list(prefix: string): AsyncGenerator<BlobEntry> {
    checkPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    yield* this.#walk(join(this.#rootDir, folder), prefix);
  }

  async delete(keys: readonly string[]): Promise<number> {
    const paths = keys.map((key) => this.#pathOf(key));
    const dirs = new Set<string>();
    let deleted = 0;
    try {
      for (const path of paths) {
        if (await unlinkFile(path)) {
          deleted++;
          dirs.add(dirname(path));
        }
        await unlinkFile(path + typeSuffix);
      }
      for (const dir of dirs) await this.#settle(dir);
      return deleted;
    } catch (error) {
      throw fileError(error, 'one of several');
    }
  }

  /** The id of this store, from the folder's marker; undefined for a folder without one. */
  async readMarker(): Promise<string | undefined> {
    try {
      return (await readFile(join(this.#rootDir, markerName), 'utf8')).trim() || undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileError(error, markerName);
    }
  }

  /** Marks the folder as a store, unless it is marked; returns the id that it has then. */
  async mark(id: string): Promise<string> {
    const target = { path: join(this.#rootDir, markerName), temporaryDir: join(this.#rootDir, temporaryName) };
    try {
      await writeAtomically(Buffer.from(`${id}\n`), { ...target, ifAbsent: true });
    } catch (error) {
      const failure = fileError(error, markerName);
      if (failure.code !== 'already-exists') throw failure;
    }
    return (await this.readMarker()) ?? id;
  }

  /** Bytes that may still be written. */
  async freeBytes(): Promise<number> {
    try {
      const { bavail, bsize } = await statfs(this.#rootDir);
      return bavail * bsize;
    } catch (error) {
      throw fileError(error, markerName);
    }
  }

  /** Removes what writers that were killed left half written before `beforeMs`; returns their number. */
  async removeLeftovers(beforeMs: number): Promise<number> {
    const dir = join(this.#rootDir, temporaryName);
    await mkdir(dir, { recursive: true });
    let removed = 0;
    for (const name of await readdir(dir)) {
      const file = await statFile(join(dir, name));
      if (file && file.modifiedAtMs < beforeMs && (await unlinkFile(join(dir, name)))) removed++;
    }
    return removed;
  }

  #pathOf(key: string): string {
    checkKey(key);
    return join(this.#rootDir, key);
  }

  async #contentTypeOf(key: string): Promise<string> {
    try {
      return await readFile(join(this.#rootDir, key) + typeSuffix, 'utf8');
    } catch (error) {
      if (isMissing(error)) return contentTypeOf(key);
      throw error;
    }
  }

  async *#walk(dir: string, prefix: string): AsyncGenerator<BlobEntry> {
    let entries;
    try {
      entries = await opendir(dir);
    } catch (error) {
      if (isMissing(error)) return;
      throw fileError(error, prefix);
    }
    for await (const entry of entries) {
      const path = join(dir, entry.name);
      const key = relative(this.#rootDir, path);
      if (entry.name.includes('@')) continue;
      if (entry.isDirectory() && `${key}/`.startsWith(prefix.slice(0, key.length + 1))) yield* this.#walk(path, prefix);
      else if (key.startsWith(prefix)) {
        const file = entry.isFile() ? await statFile(path) : undefined;
        if (file) yield { key, ...file };
      }
    }
  }

  /** Makes deletions in `dir` last, and removes it and its parents as far as they are empty. */
  async #settle(dir: string): Promise<void> {
    for (let at = dir; at.length > this.#rootDir.length; at = dirname(at)) {
      try {
        await rmdir(at);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') continue;
        if (errnoOf(error) !== 'ENOTEMPTY') throw fileError(error, relative(this.#rootDir, at));
        return syncExisting(at);
      }
    }
    await syncExisting(this.#rootDir);
  }
}

async function syncExisting(dir: string): Promise<void> {
  try {
    await syncDir(dir);
  } catch (error) {
    // Another process emptied and removed it, and made that last.
    if (!isMissing(error)) throw error;
  }
}

async function statFile(path: string): Promise<{ size: number; modifiedAtMs: number } | undefined> {
  try {
    const file = await stat(path);
    return file.isFile() ? { size: file.size, modifiedAtMs: file.mtimeMs } : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function unlinkFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error) || errnoOf(error) === 'EISDIR') return false;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}

function resolveRange(range: ByteRange, size: number): { start: number; end: number } {
  const start = range.start ?? 0;
  const end = Math.min(range.end ?? size - 1, size - 1);
  const isWhole = range.start === undefined && range.end === undefined;
  if (!isWhole && !(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end)) {
    throw new AppError('invalid-argument', 'range outside the blob', { fields: { start, size } });
  }
  return { start, end };
}
