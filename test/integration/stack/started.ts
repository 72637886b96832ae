import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from '@earshot/harness';
import { freePorts } from '@earshot/stack';

const script = resolve(import.meta.dirname, '../../../bin/stack/src/start.ts');

/** What `bin/start` runs, in a process of its own. */
export interface Started extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it said on both outputs so far. */
  said(): string;
  /** Resolves with what it said once that holds `text`; rejects when it ends before. */
  until(text: string): Promise<string>;
  /** Resolves with its exit code. */
  ended(): Promise<number | null>;
}

export interface StartOptions {
  /** The data folder, by which all that is started is known. */
  readonly folder: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

export function startByHand({ folder, args = ['--data', folder], env = {}, uid }: StartOptions): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
    // What one of the tests compiled the next need not.
    env: { PATH, HOME: folder, NODE_COMPILE_CACHE: join(tmpdir(), 'earshot-stack-tests'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let said = '';
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const closed = once(child, 'close');
  return {
    child,
    said: () => said,
    async until(text) {
      const ended = closed.then(() => Promise.reject(new Error(`ended without having said ${text}: ${said}`)));
      ended.catch(() => {});
      const seen = eventually(async () => said.includes(text) && said, { signal: AbortSignal.timeout(50_000) });
      return Promise.race([seen, ended]);
    },
    async ended() {
      await closed;
      return child.exitCode;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await closed;
    },
  };
}

/** A data folder that goes with the test. */
export async function dataFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'earshot-stack-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Ids of the processes that have to do with a data folder, by their arguments or their environment. */
export async function processesOf(folder: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const isOfIt = async (pid: number) => {
    const texts = ['cmdline', 'environ'].map((name) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => ''));
    return (await Promise.all(texts)).some((text) => text.includes(folder));
  };
  const found = await Promise.all(pids.map(async (pid) => ((await isOfIt(pid)) ? [pid] : [])));
  return found.flat();
}

/** A first port of a row that nobody uses. */
export async function freePortBase(): Promise<number> {
  return (await freePorts()).gateway;
}
