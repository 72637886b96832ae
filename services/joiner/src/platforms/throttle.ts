/** Answers true at most once in `ms` milliseconds. */
export function throttle(ms: number): () => boolean {
  let last: number | undefined;
  return () => {
    const now = performance.now();
    if (last !== undefined && now - last < ms) return false;
    last = now;
    return true;
  };
}
