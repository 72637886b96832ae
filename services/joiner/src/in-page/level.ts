/** -dBov (RFC 6464). */
export const SILENCE = 127;

/** RFC 6464: the level of 0 to 1 as 0 (loudest) to 127 (silence) -dBov; 255 when the sender does not say. */
export function toLevel(audioLevel: number | undefined): number {
  if (audioLevel === undefined) return 255;
  return audioLevel <= 0 ? 127 : Math.min(127, Math.max(0, Math.round(-20 * Math.log10(audioLevel))));
}
