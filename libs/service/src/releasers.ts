import type { Log } from '@earshot/kernel';

interface Releaser {
  readonly name: string;
  readonly release: () => void | PromiseLike<void>;
}

/**
 * What was acquired, released in reverse order, each once; a failing release does not stop the others. Not the native
 * `AsyncDisposableStack`: that throws at its end what failed, where a process that ends has to go on and say which resource it was.
 */
export class Releasers {
  #releasers: Releaser[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, release: () => void | PromiseLike<void>): void {
    this.#releasers.push({ name, release });
  }

  /** Keeps a disposable until the end and hands it back. */
  own<T extends AsyncDisposable>(name: string, resource: T): T {
    this.add(name, () => resource[Symbol.asyncDispose]());
    return resource;
  }

  async release(): Promise<void> {
    for (let releaser = this.#releasers.pop(); releaser; releaser = this.#releasers.pop()) {
      try {
        await releaser.release();
      } catch (error) {
        this.#log.warn('release failed', { resource: releaser.name, error });
      }
    }
  }
}
