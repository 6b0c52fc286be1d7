/** What a response to an arm brings and what a contact with it costs, in the same money: value of a contact = rate * gain - cost. */
export interface Payoff {
  gain: number;
  cost: number;
}

/** Propensities are whole millionths that sum to this. */
export const MILLION = 1_000_000;

/**
 * For each cell, the share of draws in which each arm has the greatest value p * gain - cost (probability matching, Scott 2010); arms that
 * tie exactly share the draw equally. Draws hold rates at c * arms + k. Each row sums to 1.
 * Errors: RangeError without draws, or when draws or payoffs do not fit the cells and arms.
 */
export function probabilityBest(draws: Float64Array[], cells: number, arms: number, payoff: Payoff[]): number[][] {
  if (draws.length === 0 || draws[0].length !== cells * arms || payoff.length !== arms)
    throw new RangeError(
      `${draws.length} draws of ${draws[0]?.length ?? 0} rates and ${payoff.length} payoffs do not fit ${cells} cells x ${arms} arms`,
    );
  return Array.from({ length: cells }, (_, c) => {
    const wins = new Array<number>(arms).fill(0);
    const values = new Float64Array(arms);
    for (const draw of draws) {
      let best = 0;
      let ties = 0;
      for (let k = 0; k < arms; k++) {
        values[k] = draw[c * arms + k] * payoff[k].gain - payoff[k].cost;
        if (k > 0 && values[k] === best) ties++;
        else if (k === 0 || values[k] > best) {
          best = values[k];
          ties = 1;
        }
      }
      for (let k = 0; k < arms; k++) if (values[k] === best) wins[k] += 1 / ties;
    }
    return wins.map((won) => won / draws.length);
  });
}

/** The least probability an arm keeps by default: min(.02, .1 / arms), so that exploring never takes more than a tenth. */
export function defaultFloor(arms: number): number {
  return Math.min(0.02, 0.1 / arms);
}

/**
 * The propensities to log and draw from: p' = floor + (1 - K floor) p in whole millionths that sum to exactly 1,000,000, every one at least
 * the floor (rounded up to millionths). What rounding leaves goes to the largest remainders, the first arm first.
 * Errors: RangeError when K * floor > .5, and for shares that are negative or do not sum to 1 (within 1e-6).
 */
export function withFloor(shares: number[], floor: number): number[] {
  const arms = shares.length;
  if (!(floor >= 0) || arms * floor > 0.5 + 1e-12)
    throw new RangeError(`a floor of ${floor} for ${arms} arms takes ${arms * floor} of the contacts; at most .5 may be explored`);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (!shares.every((share) => share >= 0) || !(Math.abs(sum - 1) < 1e-6))
    throw new RangeError(`shares must be positive and sum to 1, not [${shares.join(', ')}]`);

  const least = Math.ceil(floor * MILLION - 1e-6);
  const open = MILLION - arms * least;
  const exact = shares.map((share) => (share / sum) * open);
  const whole = exact.map(Math.floor);
  const byRemainder = exact.map((_, k) => k).sort((i, j) => exact[j] - whole[j] - (exact[i] - whole[i]) || i - j);
  const over = open - whole.reduce((total, x) => total + x, 0);
  byRemainder.slice(0, over).forEach((k) => whole[k]++);
  return whole.map((x) => x + least);
}

/** Equal propensities in millionths that sum to 1,000,000: the first wave's, or where nothing is known. Errors: RangeError without arms. */
export function uniformShares(arms: number): number[] {
  if (!(Number.isInteger(arms) && arms >= 1)) throw new RangeError(`there cannot be ${arms} arms`);
  return withFloor(new Array<number>(arms).fill(1 / arms), 0);
}

/**
 * The arm that u, uniform on [0, 1), draws from propensities in millionths: the first whose cumulated propensity exceeds u.
 * An arm with propensity 0 is never drawn. Errors: RangeError when u is not on [0, 1) or the propensities do not sum to 1,000,000.
 */
export function drawArm(propensities: number[], u: number): number {
  const place = u * MILLION;
  let drawn = -1;
  let sum = 0;
  for (let k = 0; k < propensities.length; k++) {
    sum += propensities[k];
    if (drawn < 0 && place < sum) drawn = k;
  }
  if (sum !== MILLION || drawn < 0 || !(u >= 0)) throw new RangeError(`u = ${u} draws no arm from [${propensities.join(', ')}]`);
  return drawn;
}
