/** Converts a stream of mono s16 from one rate to another; keeps what it needs of the past between calls. */
export interface Resampler {
  /** The output that `pcm` completes; over time `toRate / fromRate` samples for each one given. */
  process(pcm: Int16Array): Int16Array;
  /** What is left when nothing follows. Nothing is to be processed after it. */
  flush(): Int16Array;
}

export function clampSample(value: number): number {
  const rounded = Math.round(value);
  return rounded > 32767 ? 32767 : rounded < -32768 ? -32768 : rounded;
}
