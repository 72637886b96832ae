import { AppError, type Log } from '@earshot/kernel';
import { isRefusal } from '../domain/failure.ts';
import { isProvidersFault, TRIES_BEFORE } from './failover.ts';
import type { CloseReason, EngineOptions, OpenOptions, StreamingEngine, StreamingSession } from './speech-engine.ts';

export interface Provider {
  readonly name: string;
  readonly engine: StreamingEngine;
  /** What the options that were ordered mean to this one. */
  readonly toOptions: (ordered: EngineOptions) => EngineOptions;
}

/** The provider that was ordered and those behind it, as all tracks of a visit see them: once one failed, none goes back to it. */
export class ProviderChain {
  #providers: readonly Provider[];
  #current = 0;
  readonly #log: Log;

  constructor(providers: readonly [Provider, ...Provider[]], log: Log) {
    this.#providers = providers;
    this.#log = log;
  }

  /** The next provider to call, and its index in the chain. */
  get current(): Provider & { readonly index: number } {
    const provider = this.#providers[this.#current];
    if (!provider) throw new AppError('internal', 'there is no engine to talk to');
    return { ...provider, index: this.#current };
  }

  /** Whether a track that lost a session with the `index` one, after `failures` others without words, has another provider. */
  failOver(index: number, error: AppError, failures: number): boolean {
    if (index < this.#current) return true;
    if (index > 0 && isRefusal(error)) {
      // Whoever cannot take over does not end what only waits for the first.
      this.#providers = this.#providers.slice(0, index);
      this.#current = 0;
      this.#log.warn('second speech provider refuses', { code: error.code, ...error.fields });
      return true;
    }
    const isDue = isRefusal(error) || failures + 1 >= TRIES_BEFORE;
    if (!isDue || !isProvidersFault(error) || index + 1 >= this.#providers.length) return false;
    this.#current = index + 1;
    this.#log.warn('speech provider failed, another one takes over', { code: error.code, ...error.fields });
    return true;
  }
}

/**
 * One track's way to the providers of a chain. A provider that cannot be reached is passed over within `open`; one that breaks
 * off ends its session as `failed-over`, since the caller sends again what it did not answer.
 */
export class FailoverEngine implements StreamingEngine {
  readonly #chain: ProviderChain;
  /** Sessions in a row that finished no words. */
  #failures = 0;
  #name: string;

  constructor(chain: ProviderChain) {
    this.#chain = chain;
    this.#name = chain.current.name;
  }

  /** The provider that was called last. */
  get name(): string {
    return this.#name;
  }

  /** Options are as ordered. Rejects as the last provider that was asked does. */
  async open(options: OpenOptions): Promise<StreamingSession> {
    for (;;) {
      const { name, engine, toOptions, index } = this.#chain.current;
      this.#name = name;
      let hasFinished = false;
      try {
        const session = await engine.open({
          ...{ ...options, engineOptions: toOptions(options.engineOptions) },
          onFinal(final) {
            hasFinished = true;
            options.onFinal(final);
          },
        });
        const closed = session.closed.then((reason) => this.#judge(reason, { index, hasFinished }));
        const close = () => session.close().then(() => closed);
        return { send: (pcm) => session.send(pcm), finalize: () => session.finalize(), close, closed };
      } catch (caught) {
        const error = AppError.from(caught);
        if (options.signal.aborted || !this.#failOver(index, error)) throw error;
      }
    }
  }

  #judge(reason: CloseReason, { index, hasFinished }: { index: number; hasFinished: boolean }): CloseReason {
    if (hasFinished || reason.kind === 'closed') this.#failures = 0;
    if (reason.kind !== 'failed' || !this.#failOver(index, reason.error)) return reason;
    return { kind: 'failed-over', error: reason.error };
  }

  #failOver(index: number, error: AppError): boolean {
    const hasAnother = this.#chain.failOver(index, error, this.#failures);
    this.#failures = hasAnother ? 0 : this.#failures + 1;
    return hasAnother;
  }
}
