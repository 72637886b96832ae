import { AppError, isRetryable } from '@earshot/kernel';

interface Waiting<In, Out> {
  readonly item: In;
  readonly resolve: (out: Out) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatcherOptions {
  /** The most items of one batch. */
  readonly largest: number;
  /** How many batches may run concurrently, then in no order among each other; 1 by default. */
  readonly concurrency?: number;
}

/**
 * Group commit: what is added while as many batches run as may makes up the next one, in the order of adding. A batch that fails
 * for a reason of its content is repeated one by one, so that only the item at fault fails.
 */
export class Batcher<In, Out> {
  #waiting: Waiting<In, Out>[] = [];
  #running = 0;
  readonly #run: (items: readonly In[]) => Promise<readonly Out[]>;
  readonly #largest: number;
  readonly #concurrency: number;

  /** `run` answers one result for each item, in their order. */
  constructor(run: (items: readonly In[]) => Promise<readonly Out[]>, { largest, concurrency = 1 }: BatcherOptions) {
    this.#run = run;
    this.#largest = largest;
    this.#concurrency = concurrency;
  }

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#running < this.#concurrency) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running++;
    // What is added in the same turn of the event loop shares the first batch too.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#settle(this.#waiting.splice(0, this.#largest));
    this.#running--;
  }

  async #settle(batch: readonly Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.#run(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Out));
    } catch (error) {
      const itemAtFault = batch.length > 1 && !(error instanceof AppError && isRetryable(error.code));
      if (!itemAtFault) return batch.forEach(({ reject }) => reject(error));
      for (const one of batch) await this.#settle([one]);
    }
  }
}
