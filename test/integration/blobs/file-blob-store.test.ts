import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { FileBlobStore } from '@earshot/blobs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const wav = { contentType: 'audio/wav' };
const bytes = Buffer.from('0123456789');

let rootDir: string;
let store: FileBlobStore;

beforeEach(async () => {
  rootDir = await mkdtemp(join(tmpdir(), 'blobs-'));
  store = new FileBlobStore({ rootDir });
});
afterEach(() => rm(rootDir, { recursive: true, force: true }));

async function read(key: string, range?: { start?: number; end?: number }): Promise<string> {
  return (await buffer((await store.get(key, range)).stream)).toString();
}

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found.sort();
}

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield await Promise.resolve(Buffer.alloc(size, index));
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
  throw new Error('the meeting is over');
}

/** A body that gives one part and then nothing for ever. */
async function* silence(onWait: () => void): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
  onWait();
  await new Promise(() => {});
}

describe('FileBlobStore', () => {
  it('gives back what was put, whole and in parts', async () => {
    const info = await store.put('bots/1/a.wav', bytes, wav);
    expect(info).toMatchObject({ key: 'bots/1/a.wav', size: 10, contentType: 'audio/wav' });
    expect(await store.head('bots/1/a.wav')).toEqual(info);
    expect(await read('bots/1/a.wav')).toBe('0123456789');
    expect(await read('bots/1/a.wav', { start: 3 })).toBe('3456789');
    expect(await read('bots/1/a.wav', { start: 3, end: 5 })).toBe('345');
    expect(await read('bots/1/a.wav', { end: 99 })).toBe('0123456789');
    const part = await store.get('bots/1/a.wav', { start: 8 });
    part.stream.destroy();
    expect(part).toMatchObject({ size: 10, start: 8, end: 9 });
  });

  it('puts streams and empty blobs', async () => {
    expect(await store.put('s', chunks(40, 100_000), wav)).toMatchObject({ size: 4_000_000 });
    expect((await read('s')).length).toBe(4_000_000);
    await store.put('empty', Buffer.alloc(0), wav);
    expect(await read('empty')).toBe('');
  });

  it('keeps content types that the extension does not tell', async () => {
    await store.put('a/x.bin', bytes, { contentType: 'video/x-ours' });
    expect(await store.head('a/x.bin')).toMatchObject({ contentType: 'video/x-ours' });
    expect(await keys('')).toEqual(['a/x.bin']);
    await store.put('a/x.bin', bytes, { contentType: 'application/octet-stream', ifAbsent: false });
    expect(await store.head('a/x.bin')).toMatchObject({ contentType: 'application/octet-stream' });
  });

  it('replaces only when asked', async () => {
    await store.put('a', bytes, wav);
    await expect(store.put('a', Buffer.from('new'), wav)).rejects.toMatchObject({ code: 'already-exists' });
    expect(await read('a')).toBe('0123456789');
    await store.put('a', Buffer.from('new'), { ...wav, ifAbsent: false });
    expect(await read('a')).toBe('new');
  });

  it('lets exactly one of many writers of a key win', async () => {
    const writers = Array.from({ length: 20 }, (_, index) => store.put('x/y', Buffer.from(`${index}`), wav));
    const results = await Promise.allSettled(writers);
    const winner = results.findIndex((result) => result.status === 'fulfilled');
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
    expect(await read('x/y')).toBe(`${winner}`);
  });

  it('lists by any prefix', async () => {
    for (const key of ['a/1', 'a/12', 'a/2/3', 'ab', 'b/1']) await store.put(key, bytes, wav);
    expect(await keys('')).toEqual(['a/1', 'a/12', 'a/2/3', 'ab', 'b/1']);
    expect(await keys('a')).toEqual(['a/1', 'a/12', 'a/2/3', 'ab']);
    expect(await keys('a/')).toEqual(['a/1', 'a/12', 'a/2/3']);
    expect(await keys('a/1')).toEqual(['a/1', 'a/12']);
    expect(await keys('a/2/')).toEqual(['a/2/3']);
    expect(await keys('none/')).toEqual([]);
  });

  it('deletes what is there, says how many, and leaves no empty folders', async () => {
    await store.put('a/b/1', bytes, { contentType: 'x/y' });
    await store.put('a/2.wav', bytes, wav);
    expect(await store.delete(['a/b/1', 'a/b/1', 'a/b', 'a/2.wav/3', 'none'])).toBe(1);
    expect(await readdir(join(rootDir, 'a'))).toEqual(['2.wav']);
    expect(await store.delete(['a/2.wav'])).toBe(1);
    expect(await readdir(rootDir)).toEqual(['@tmp']);
    expect(await store.head('a/2.wav')).toBeUndefined();
  });

  it('survives puts and deletions in one folder at a time', async () => {
    const rounds = Array.from({ length: 50 }, async (_, index) => {
      await store.put(`deep/er/${index}`, bytes, wav);
      return store.delete([`deep/er/${index}`]);
    });
    expect(await Promise.all(rounds)).toEqual(rounds.map(() => 1));
  });

  it('keeps reading what was deleted meanwhile', async () => {
    await store.put('a', bytes, wav);
    const { stream } = await store.get('a');
    await store.delete(['a']);
    expect((await buffer(stream)).toString()).toBe('0123456789');
  });

  it('refuses keys that leave the root, on every way in', async () => {
    const refused = { code: 'invalid-argument' };
    await expect(store.put('../a', bytes, wav)).rejects.toMatchObject(refused);
    await expect(store.get('/etc/passwd')).rejects.toMatchObject(refused);
    await expect(store.head('a/../../b')).rejects.toMatchObject(refused);
    await expect(store.delete(['ok', '..'])).rejects.toMatchObject(refused);
    await expect(keys('../')).rejects.toMatchObject(refused);
  });

  it('says what is wrong in our words', async () => {
    await store.put('a', bytes, wav);
    await expect(store.get('none')).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.get('a', { start: 10 })).rejects.toMatchObject({ code: 'invalid-argument' });
    const both = { code: 'failed-precondition' };
    await expect(store.put('a/b', bytes, wav)).rejects.toMatchObject(both);
    await expect(store.put('a/b.wav', bytes, wav)).rejects.toMatchObject(both);
  });

  it('leaves nothing of a body that fails or is aborted', async () => {
    await expect(store.put('a/b', failing(), { contentType: 'x/y' })).rejects.toMatchObject({ code: 'internal' });
    const signal = AbortSignal.abort();
    const gone = new AbortController();
    const silent = store.put(
      'a/b',
      silence(() => gone.abort()),
      { ...wav, signal: gone.signal },
    );
    await expect(silent).rejects.toMatchObject({ code: 'cancelled' });
    await expect(store.put('a/b', chunks(5, 10), { ...wav, signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await keys('')).toEqual([]);
    expect(await readdir(join(rootDir, '@tmp'))).toEqual([]);
  });

  it('removes what a killed writer left, and nothing younger', async () => {
    await store.put('a', bytes, wav);
    await writeFile(join(rootDir, '@tmp', 'old'), 'half');
    await writeFile(join(rootDir, '@tmp', 'young'), 'half');
    await utimes(join(rootDir, '@tmp', 'old'), 1000, 1000);
    expect(await store.removeLeftovers(2_000_000)).toBe(1);
    expect(await readdir(join(rootDir, '@tmp'))).toEqual(['young']);
    expect(await keys('')).toEqual(['a']);
  });
});

function mountSmall(dir: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'small', dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false; // only root may mount
  }
}

it('leaves no half file on a full disk, and works again when there is room', async (context) => {
  if (!mountSmall(rootDir)) return context.skip();
  try {
    await store.put('first', Buffer.alloc(100_000), wav);
    const full = { code: 'resource-exhausted' };
    await expect(store.put('bytes', Buffer.alloc(300_000), { contentType: 'x/y' })).rejects.toMatchObject(full);
    await expect(store.put('stream', chunks(30, 10_000), wav)).rejects.toMatchObject(full);
    expect(await keys('')).toEqual(['first']);
    expect(await readdir(join(rootDir, '@tmp'))).toEqual([]);
    await store.delete(['first']);
    expect(await store.put('stream', chunks(10, 10_000), wav)).toMatchObject({ size: 100_000 });
  } finally {
    execFileSync('umount', [rootDir]);
  }
});
