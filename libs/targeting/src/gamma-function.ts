// one look-up for all: inside loops the global costs more than the arithmetic
const { log } = Math;

const HALF_LOG_TWO_PI = 0.5 * log(2 * Math.PI);

/** From here on Stirling's series is exact to a double. */
const STIRLING = 12;

/**
 * ln Γ(x) for x > 0, absolute error below 1e-14 (1 + |ln Γ|): Stirling's series (x - 1/2) ln x - x + ln(2π)/2 + 1/(12x) - 1/(360x³) + ...
 * from 12 on, below it by Γ(x) = Γ(x + n) / (x (x + 1) ... (x + n - 1)).
 * Errors: RangeError unless x is positive. Source: Abramowitz & Stegun 6.1.41.
 */
export function gammaln(x: number): number {
  if (!(x > 0)) throw new RangeError(`the gamma function is asked for numbers above 0, not for ${x}`);
  let product = 1;
  let at = x;
  while (at < STIRLING) product *= at++;
  const inverse = 1 / (at * at);
  const series =
    1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse * (1 / 1188 - (inverse * 691) / 360360))));
  return (at - 0.5) * log(at) - at + HALF_LOG_TWO_PI + series / at - log(product);
}
