import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecognisedWord } from './backtrace.ts';
import { PocketSphinxWorker } from './pocketsphinx-worker.ts';

interface Waiting {
  samples: Int16Array;
  resolve: (words: RecognisedWord[]) => void;
  reject: (error: unknown) => void;
}

/** Nothing of this length holds a word, and the recogniser makes up one. */
const shortestSamples = 1600;

/** A few recogniser processes behind one queue. */
export class Recogniser {
  readonly #directories: string[] = [];
  readonly #idle: PocketSphinxWorker[] = [];
  readonly #all = new Set<PocketSphinxWorker>();
  readonly #waiting: Waiting[] = [];
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

  /** Recognises 16 kHz mono; first come, first served. */
  async recognise(samples: Int16Array): Promise<RecognisedWord[]> {
    if (samples.length < shortestSamples) return [];
    const { promise, resolve, reject } = Promise.withResolvers<RecognisedWord[]>();
    this.#waiting.push({ samples, resolve, reject });
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
    if (this.#isClosed || this.#waiting.length === 0) return;
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

  async #work(worker: PocketSphinxWorker, job: Waiting): Promise<void> {
    try {
      job.resolve(await worker.recognise(job.samples));
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
