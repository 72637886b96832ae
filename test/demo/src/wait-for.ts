/** Does a step of the story; when the time is up meanwhile, says what was waited for. */
export async function waitFor<T>(
  what: string,
  { work, signal }: { work: () => Promise<T>; signal: AbortSignal },
): Promise<T> {
  const isOver = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([work(), isOver]);
  } catch (error) {
    if (!signal.aborted) throw error;
    const why =
      signal.reason instanceof Error && signal.reason.name !== 'TimeoutError'
        ? signal.reason.message
        : 'the time is up';
    throw new Error(`${why}: it waited for ${what}`, { cause: error });
  }
}
