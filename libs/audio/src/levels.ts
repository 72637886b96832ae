/** What silence measures: a number that survives JSON, below anything 16 bits can hold. */
export const SILENCE_DB = -100;

/** The root mean square of s16 audio in dB below full scale, from `SILENCE_DB` to 0. */
export function rmsDb(pcm: Int16Array): number {
  let energy = 0;
  for (const sample of pcm) energy += sample * sample;
  return toDb(Math.sqrt(energy / Math.max(1, pcm.length)));
}

/** The highest sample of s16 audio in dB below full scale, from `SILENCE_DB` to 0. */
export function peakDb(pcm: Int16Array): number {
  let peak = 0;
  for (const sample of pcm) peak = Math.max(peak, Math.abs(sample));
  return toDb(peak);
}

function toDb(amplitude: number): number {
  return amplitude === 0 ? SILENCE_DB : Math.max(SILENCE_DB, 20 * Math.log10(amplitude / 32768));
}
