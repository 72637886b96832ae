/** Spreads a delay evenly over +-`share` of itself, so that those who failed together do not return together. */
export function jitter(delayMs: number, random: () => number = Math.random, share = 0.2): number {
  return Math.round(delayMs * (1 - share + 2 * share * random()));
}

/** Doubling delays: base, 2 base, 4 base ... up to `maxMs`. `attempt` starts at 0. */
export function backoff(attempt: number, options: { baseMs: number; maxMs: number }): number {
  return Math.min(options.maxMs, options.baseMs * 2 ** Math.min(attempt, 30));
}
