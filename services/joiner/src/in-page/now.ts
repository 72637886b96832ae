/** Milliseconds since 1970 by the clock that never jumps. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
