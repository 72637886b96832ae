import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { permittedClient } from '@earshot/harness';
import { mediaCallers } from '../../../services/media-streamer/src/rpc/callers.ts';
import type { MediaStreamerConfig } from '../../../services/media-streamer/src/config.ts';
import type { MediaClient } from './joiner.ts';

/** A media-streamer in a process of its own. */
export interface MediaStreamerProcess extends AsyncDisposable {
  readonly client: MediaClient;
  readonly pid: number;
  /** Resolves when it serves; rejects with what it wrote when it ends before. */
  readonly serving: Promise<void>;
  /** Resolves with its exit code, null after a signal. */
  readonly exited: Promise<number | null>;
  /** What it has written to its standard error. */
  readonly errors: () => string;
  /** As the system does it: without a word to anybody. */
  kill(): Promise<void>;
}

export function startMediaStreamer(config: MediaStreamerConfig, botSubject: string): MediaStreamerProcess {
  const child = fork(join(import.meta.dirname, 'media-streamer-main.ts'), [JSON.stringify(config), botSubject], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  const serving = Promise.race([
    once(child, 'message').then(() => {}),
    exited.then(() => Promise.reject(new Error(`it has ended: ${errors}`))),
  ]);
  serving.catch(() => {});
  const client = permittedClient(MediaServiceService, config.rpcListen, {
    callers: mediaCallers,
    accountId: 'account',
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    client,
    pid: child.pid ?? 0,
    serving,
    exited,
    errors: () => errors,
    kill,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await kill();
    },
  };
}
