import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How much of what it said last is shown when it fails, in lines. */
const KEPT_LINES = 60;

export interface JanusProcess extends AsyncDisposable {
  /** Aborts with what it said last when it has ended. */
  readonly ended: AbortSignal;
  /** What it said last. */
  log(): string;
}

/** Runs Debian's `janus` on a folder of configuration; the kernel ends it with this process, however that ends. */
export function runJanus(folder: string): JanusProcess {
  const ended = new AbortController();
  let lines: string[] = [];
  const log = () => lines.join('\n');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'janus', '--configs-folder', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keep = (data: Buffer) => (lines = [...lines, ...data.toString().trimEnd().split('\n')].slice(-KEPT_LINES));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const fail = (what: string, cause?: unknown) => ended.abort(new Error(`janus ${what}\n${log()}`, { cause }));
  child.once('error', (error) => fail('did not start: is the Debian package installed?', error));
  child.once('exit', (code, signal) => fail(`ended with ${code ?? signal}`));
  return {
    ended: ended.signal,
    log,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      const gone = once(child, 'exit');
      // It has nothing to save, and takes its time to say goodbye to each session.
      child.kill('SIGKILL');
      await gone;
    },
  };
}
