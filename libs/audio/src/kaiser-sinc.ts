/** Kaiser's shape parameter for 60 dB of stop band (Oppenheim and Schafer, 7.62). */
const kaiserBeta = 5.65;

/**
 * A Kaiser-windowed sinc at `x` samples from its middle, not normalised; zero beyond its `reach` to either side. Its stop band begins at
 * `cutoff`, a share of the Nyquist frequency: the transition band of this window and length lies below.
 */
export function kaiserSinc(x: number, { reach, cutoff }: { reach: number; cutoff: number }): number {
  if (Math.abs(x) > reach) return 0;
  // Kaiser: (60 - 8) / (2.285 x order).
  const transition = (60 - 8) / (2.285 * 2 * reach) / Math.PI;
  const middle = cutoff - transition / 2;
  const sinc = x === 0 ? middle : Math.sin(Math.PI * middle * x) / (Math.PI * x);
  return (sinc * bessel(kaiserBeta * Math.sqrt(1 - (x / reach) ** 2))) / bessel(kaiserBeta);
}

/** The modified Bessel function of the first kind and order zero, by its series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
