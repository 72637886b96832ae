import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '@earshot/kernel';
import { searchPath } from './run-ffmpeg.ts';

/** Of what it writes about itself. */
const KEPT_CHARACTERS = 2000;

export interface Ffmpeg {
  /** `pipe:0`, and `pipe:3` where there are two. */
  readonly inputs: readonly Writable[];
  readonly stdout: Readable;
  /** Resolves when it has ended well. Rejects with `internal` and what it wrote, or with the signal's reason. */
  readonly ended: Promise<void>;
  /** Resolves when there is room for more; rejects as `ended` when it is gone. */
  write(bytes: Uint8Array, input?: number): Promise<void>;
  /** No more comes: resolves when it has ended well, as `ended`. */
  finish(): Promise<void>;
  /** Ends it at once; harmless when it has ended. */
  kill(): void;
}

export interface FfmpegOptions {
  readonly signal: AbortSignal;
  /** Whether it reads `pipe:3` as well. */
  readonly hasTwoInputs?: boolean;
}

/**
 * Starts ffmpeg with pipes to it. It is killed when the signal aborts, and ends with this process, also where that is killed: its inputs
 * end then.
 */
export function startFfmpeg(args: readonly string[], { signal, hasTwoInputs = false }: FfmpegOptions): Ffmpeg {
  signal.throwIfAborted();
  const child = spawn('ffmpeg', ['-hide_banner', '-nostats', '-v', 'error', ...args], {
    stdio: ['pipe', 'pipe', 'pipe', hasTwoInputs ? 'pipe' : 'ignore'],
    env: { PATH: searchPath },
  });
  const [stdin, stdout, , second] = child.stdio;
  const inputs = [stdin, ...(hasTwoInputs ? [second] : [])] as Writable[];
  const kill = () => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const ended = ending(child, signal).finally(() => signal.removeEventListener('abort', kill));
  ended.catch(() => {});
  // It may end before it has read everything; `ended` tells why.
  for (const input of inputs) input.on('error', () => {});
  const early = ended.then(() => Promise.reject(new AppError('internal', 'ffmpeg ended early')));
  early.catch(() => {});
  return {
    ...{ inputs, stdout: stdout as Readable, ended, kill },
    async write(bytes, input = 0) {
      const to = inputs[input];
      if (!to || to.write(bytes)) return;
      let onDrain = () => {};
      const drained = new Promise<void>((resolve) => to.once('drain', (onDrain = resolve)));
      await Promise.race([drained, early]).finally(() => to.off('drain', onDrain));
    },
    async finish() {
      for (const input of inputs) input.end();
      await ended;
    },
  };
}

async function ending(child: ChildProcess, signal: AbortSignal): Promise<void> {
  let written = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
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
