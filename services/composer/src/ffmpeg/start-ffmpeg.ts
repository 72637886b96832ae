import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '@earshot/kernel';

/** Of what it writes about itself. */
const KEPT_CHARACTERS = 2000;

export interface Ffmpeg {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it has ended well. Rejects with `internal` and what it wrote, or with the signal's reason. */
  readonly ended: Promise<void>;
  /** Resolves when there is room for more; rejects as `ended` when it is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends it at once; harmless when it has ended. */
  kill(): void;
}

/** Starts ffmpeg with what it needs in any case, and reads nothing but its input. It is killed when the signal aborts. */
export function startFfmpeg(args: readonly string[], signal: AbortSignal): Ffmpeg {
  signal.throwIfAborted();
  const child = spawn('ffmpeg', ['-hide_banner', '-nostats', '-v', 'error', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const ended = ending(child, signal).finally(() => signal.removeEventListener('abort', kill));
  ended.catch(() => {});
  // It may end before it has read everything; `ended` tells why.
  child.stdin.on('error', () => {});
  return {
    ...{ stdin: child.stdin, stdout: child.stdout, ended, kill },
    async write(bytes) {
      if (child.stdin.write(bytes)) return;
      const drained = new Promise<void>((resolve) => child.stdin.once('drain', resolve));
      await Promise.race([drained, ended.then(() => Promise.reject(new AppError('internal', 'ffmpeg ended early')))]);
    },
  };
}

async function ending(child: ChildProcessByStdio<Writable, Readable, Readable>, signal: AbortSignal): Promise<void> {
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written = `${written}${text}`.slice(-KEPT_CHARACTERS);
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', (error) =>
    reject(new AppError('failed-precondition', 'ffmpeg cannot be started', { cause: error })),
  );
  child.once('close', resolve);
  const code = await promise;
  signal.throwIfAborted();
  if (code !== 0) throw new AppError('internal', 'ffmpeg failed', { fields: { code }, cause: new Error(written) });
}
