import { withTimeout } from '@earshot/kernel';

/** The outcome of what has no limit of its own, such as a call into a page; rejects with what was awaited after `timeoutMs`. */
export function within<T>(timeoutMs: number, what: string, doing: Promise<T>): Promise<T> {
  return withTimeout(doing, { timeoutMs, toError: () => new Error(`did not happen in ${timeoutMs} ms: ${what}`) });
}
