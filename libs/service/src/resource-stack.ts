import type { Log } from '@earshot/kernel';

interface Resource {
  readonly name: string;
  readonly release: () => void | PromiseLike<void>;
}

/**
 * What was acquired, released in reverse order, each once; a failing release does not stop the others. Not the native
 * `AsyncDisposableStack`: that throws at its end what failed, where a process that ends has to go on and log which resource it was.
 */
export class ResourceStack {
  #resources: Resource[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, release: () => void | PromiseLike<void>): void {
    this.#resources.push({ name, release });
  }

  /** Keeps a disposable until the end and hands it back. */
  own<T extends AsyncDisposable>(name: string, resource: T): T {
    this.add(name, () => resource[Symbol.asyncDispose]());
    return resource;
  }

  async release(): Promise<void> {
    for (let releaser = this.#resources.pop(); releaser; releaser = this.#resources.pop()) {
      try {
        await releaser.release();
      } catch (error) {
        this.#log.warn('release failed', { resource: releaser.name, error });
      }
    }
  }
}
