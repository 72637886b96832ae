import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecognisedWord } from './backtrace.ts';
import { PocketSphinxWorker } from './pocketsphinx-worker.ts';

interface Waiting {
  samples: Int16Array;
  key: string;
  signal: AbortSignal | undefined;
  resolve: (words: RecognisedWord[]) => void;
  reject: (error: unknown) => void;
}

/** Nothing of this length holds a word, and the recogniser makes up one. */
const shortestSamples = 1600;
/** How many utterances are remembered. */
const largestMemory = 1000;

/**
 * A few recogniser processes behind one queue. The same samples give the same words: what was recognised before is
 * answered from memory, so that a test that says a sentence again does not pay for it again.
 */
export class Recogniser {
  readonly #directories: string[] = [];
  readonly #idle: PocketSphinxWorker[] = [];
  readonly #all = new Set<PocketSphinxWorker>();
  readonly #memory = new Map<string, RecognisedWord[]>();
  #waiting: Waiting[] = [];
  readonly #limit: number;
  readonly #yields: boolean;
  #starting = 0;
  #isClosed = false;

  /**
   * `workers` defaults to one a core, at most 4; the first starts at once, so that the first utterance does not wait.
   * Those that yield leave the processor to whatever else runs on the machine.
   */
  static async start({
    workers = Math.min(4, availableParallelism()),
    yields = false,
  }: { workers?: number; yields?: boolean } = {}): Promise<Recogniser> {
    const recogniser = new Recogniser(workers, { yields });
    recogniser.#idle.push(await recogniser.#spawn());
    return recogniser;
  }

  constructor(limit: number, { yields }: { yields: boolean }) {
    this.#limit = limit;
    this.#yields = yields;
  }

  /** Whether something recognised now would not keep others waiting. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && (this.#idle.length > 0 || this.#all.size + this.#starting < this.#limit);
  }

  /** Recognises 16 kHz mono; first come, first served. Rejects when aborted before its turn: nobody listens any more. */
  async recognise(samples: Int16Array, signal?: AbortSignal): Promise<RecognisedWord[]> {
    if (samples.length < shortestSamples) return [];
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    const key = createHash('sha256').update(bytes).digest('base64');
    const { promise, resolve, reject } = Promise.withResolvers<RecognisedWord[]>();
    this.#waiting.push({ samples, key, signal, resolve, reject });
    this.#next();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the recogniser is closed'));
    await Promise.all([...this.#all].map((worker) => worker[Symbol.asyncDispose]()));
    await Promise.all(this.#directories.map((directory) => rm(directory, { recursive: true, force: true })));
  }

  #next(): void {
    if (this.#isClosed) return;
    this.#waiting = this.#waiting.filter((job) => !this.#isSettled(job));
    if (this.#waiting.length === 0) return;
    const worker = this.#idle.pop();
    if (worker) {
      void this.#work(worker, this.#waiting.shift()!);
    } else if (this.#all.size + this.#starting < this.#limit) {
      void this.#spawn().then((spawned) => {
        this.#idle.push(spawned);
        this.#next();
      });
    }
  }

  /** Whether it needs no recogniser (any more). */
  #isSettled({ key, signal, resolve, reject }: Waiting): boolean {
    const known = this.#memory.get(key);
    if (known) resolve(known);
    else if (signal?.aborted) reject(signal.reason);
    return known !== undefined || signal?.aborted === true;
  }

  async #work(worker: PocketSphinxWorker, job: Waiting): Promise<void> {
    try {
      const words = await worker.recognise(job.samples);
      this.#memory.set(job.key, words);
      for (const oldest of this.#memory.keys()) {
        if (this.#memory.size <= largestMemory) break;
        this.#memory.delete(oldest);
      }
      job.resolve(words);
    } catch (error) {
      job.reject(error);
    }
    if (worker.isAlive) this.#idle.push(worker);
    else this.#all.delete(worker);
    this.#next();
  }

  async #spawn(): Promise<PocketSphinxWorker> {
    this.#starting++;
    const directory = await mkdtemp(join(tmpdir(), 'earshot-recogniser-'));
    this.#directories.push(directory);
    const worker = new PocketSphinxWorker(directory, { yields: this.#yields });
    this.#all.add(worker);
    this.#starting--;
    return worker;
  }
}
