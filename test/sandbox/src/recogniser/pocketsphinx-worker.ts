import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseBacktrace, type RecognisedWord } from './backtrace.ts';

/**
 * Over 40 meeting sentences of flite's slt voice: 2.9 % of words wrong at 0.12 of real time. The default flags: 5.6 %; without
 * -ds 2: 4.0 %. Normalising over the whole utterance keeps one utterance from colouring the next; keeping silence keeps times.
 */
const flags = '-cmn batch -remove_silence no -remove_noise no -ds 2 -backtrace yes -adcin yes -cepext .raw';

interface Job {
  id: string;
  log: string[];
  resolve: (words: RecognisedWord[]) => void;
  reject: (error: Error) => void;
}

/** One recogniser process with its models loaded; it takes one utterance at a time. */
export class PocketSphinxWorker {
  readonly #directory: string;
  readonly #child: ChildProcess;
  #job: Job | undefined;
  #count = 0;
  isAlive = true;

  /** `directory` is where the audio passes through; it must exist, and belong to this worker alone. */
  constructor(directory: string, { yields }: { yields: boolean }) {
    this.#directory = directory;
    // The recogniser opens its list by name, which works on a pipe and not on the socket that Node gives a child: hence `cat`.
    const recognise = `cat | exec pocketsphinx_batch ${flags} -cepdir "$0" -ctl /dev/stdin`;
    // Linux shares the processor among sessions before it looks at a process's own niceness (sched(7), autogroups), and
    // a detached process is a session of its own.
    const command = yields ? `{ echo 19 > /proc/self/autogroup; } 2>/dev/null; ${recognise}` : recognise;
    this.#child = spawn('sh', ['-c', command, directory], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    this.#child.once('error', (error) => this.#died(error));
    this.#child.once('exit', () =>
      this.#died(new Error('pocketsphinx_batch ended; are pocketsphinx and pocketsphinx-en-us installed?')),
    );
    this.#child.stdin!.on('error', () => {});
    createInterface({ input: this.#child.stderr! }).on('line', (line) => this.#heard(line));
  }

  /** Recognises 16 kHz mono. Rejects when the process dies. */
  async recognise(samples: Int16Array): Promise<RecognisedWord[]> {
    if (this.#job) throw new Error('the recogniser is busy');
    const id = `utterance${this.#count++}`;
    const file = join(this.#directory, `${id}.raw`);
    const { promise, resolve, reject } = Promise.withResolvers<RecognisedWord[]>();
    this.#job = { id, log: [], resolve, reject };
    try {
      await writeFile(file, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
      if (!this.isAlive) throw new Error('the recogniser is gone');
      this.#child.stdin!.write(`${id}\n`);
      return await promise;
    } finally {
      this.#job = undefined;
      await rm(file, { force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const exited = once(this.#child, 'exit');
    process.kill(-this.#child.pid, 'SIGKILL');
    await exited;
  }

  #heard(line: string): void {
    const job = this.#job;
    if (!job) return;
    if (line.includes(`Decoding '${job.id}'`)) job.log = [];
    job.log.push(line);
    if (line.includes(`: ${job.id}: `) && line.includes('seconds speech')) job.resolve(parseBacktrace(job.log));
    if (line.includes('Failed to open') && line.includes(job.id))
      job.reject(new Error('the recogniser did not find its audio'));
  }

  #died(error: Error): void {
    this.isAlive = false;
    this.#job?.reject(error);
  }
}
