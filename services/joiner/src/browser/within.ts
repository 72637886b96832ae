import { AppError } from '@earshot/kernel';

/** The promise's outcome, or `deadline-exceeded` after `timeoutMs`, or the signal's reason as soon as it aborts. */
export async function within<T>(timeoutMs: number, promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('deadline-exceeded', 'the page did not answer')), timeoutMs);
    onAbort = () => reject(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
    // Whoever loses the race may still fail; nobody is waiting for that any more.
    promise.catch(() => {});
  }
}
