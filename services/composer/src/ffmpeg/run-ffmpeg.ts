import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, MINUTE } from '@earshot/kernel';

/** What is kept of its complaints, in characters. */
const TAIL = 2000;
/** Without a sign of progress for so long it is stuck. Going on in the middle may mean to decode hours before the first. */
const STALLED_MS = 30 * MINUTE;

/** It ran, and failed. */
export class FfmpegError extends AppError {
  override name = 'FfmpegError';
}

export interface FfmpegOptions {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** From where it looks for files without a path: what stands in its scripts is read by rules of its own. */
  readonly folder?: string;
  /** What it reads on standard input; absent: nothing. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Each line of its standard output. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs one ffmpeg to its end, at a low priority. It ends with this process too, also where that is killed: by its parent's death
 * (https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html). It reaches no network: `readOnly` says what it opens.
 * Throws `internal` with the end of its complaints where it fails, `cancelled` where the signal aborts.
 */
export async function runFfmpeg({ args, signal, folder, input, onLine }: FfmpegOptions): Promise<void> {
  signal.throwIfAborted();
  const stalled = new AbortController();
  const watch = setTimeout(() => stalled.abort(new AppError('deadline-exceeded', 'ffmpeg is stuck')), STALLED_MS);
  try {
    await run({
      ...{ args, input, ...(folder !== undefined && { folder }) },
      onLine: (line) => (watch.refresh(), onLine?.(line)),
      signal: AbortSignal.any([signal, stalled.signal]),
    });
  } finally {
    clearTimeout(watch);
  }
}

async function run({ args, signal, folder: cwd, input, onLine }: FfmpegOptions): Promise<void> {
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'SIGKILL',
      'nice',
      '-n',
      '10',
      'ffmpeg',
      '-hide_banner',
      '-nostats',
      '-loglevel',
      'error',
      '-y',
      ...args,
    ],
    {
      ...{ cwd, stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'], env: { PATH: searchPath } },
      ...{ signal, killSignal: 'SIGKILL' },
    },
  );
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString()).slice(-TAIL)));
  if (child.stdout) createInterface({ input: child.stdout as Readable }).on('line', (line) => onLine?.(line));
  const fed = input && child.stdin ? pipeline(input, child.stdin) : Promise.resolve();
  // What it did not want to read is told by how it ends; what could not be read for it is thrown.
  const feeding = fed.then(
    () => undefined,
    (error: NodeJS.ErrnoException) => (error.code === 'EPIPE' ? undefined : error),
  );
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => (signal.aborted ? undefined : reject(error)));
    child.once('close', resolve);
  }).catch((error: unknown) => {
    throw new AppError('internal', 'ffmpeg cannot be run', { cause: error });
  });
  signal.throwIfAborted();
  const unread = await feeding;
  if (unread) throw AppError.from(unread);
  if (code !== 0)
    throw new FfmpegError('internal', 'ffmpeg failed', { fields: { exitCode: code, complaints: complaints.trim() } });
}

/** Where it is found, with what starts it. */
export const searchPath = '/usr/local/bin:/usr/bin:/bin';

/** Before each input: files and pipes only, whatever a file says. */
export const readOnly = ['-protocol_whitelist', 'file,pipe'] as const;
