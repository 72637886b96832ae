/** Seconds of each signal. */
const SIGNAL_SECONDS = 4;
const RATE = 48_000;

/** A tone that glides up, in syllables: what Opus takes for speech. 48 kHz. */
export function glide(): Int16Array {
  let phase = 0;
  return sampled((t) => {
    phase += (2 * Math.PI * (180 + 260 * t)) / RATE;
    const syllable = 0.55 - 0.45 * Math.cos(2 * Math.PI * 3 * t);
    return 9000 * syllable * (Math.sin(phase) + 0.4 * Math.sin(2 * phase) + 0.2 * Math.sin(3 * phase));
  });
}

/** Another voice: lower, slower, and silent in the second second. 48 kHz. */
export function hum(): Int16Array {
  return sampled((t) => {
    if (t >= 1 && t < 2) return 0;
    return (
      6000 *
      (0.6 - 0.4 * Math.cos(2 * Math.PI * 2 * t)) *
      (Math.sin(2 * Math.PI * 130 * t) + Math.sin(2 * Math.PI * 390 * t))
    );
  });
}

function sampled(at: (seconds: number) => number): Int16Array {
  return Int16Array.from({ length: SIGNAL_SECONDS * RATE }, (_, index) =>
    Math.max(-32768, Math.min(32767, Math.round(at(index / RATE)))),
  );
}
