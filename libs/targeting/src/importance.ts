/** One logged decision seen from another policy: weight pi_e / pi_b of its arm, and the reward it brought. */
export interface WeightedReward {
  weight: number;
  reward: number;
}

/** The sums of importance weighting over logged decisions, whether or not they support an estimate. */
export interface Importance {
  rows: number;
  /** sum w, sum w² and max w. */
  total: number;
  squares: number;
  largest: number;
  /** Rows with a reward other than 0 and a weight above 0. */
  responses: number;
  /** The smallest and the largest reward. */
  least: number;
  most: number;
  /** mean(w r). */
  ips: number;
  /** sum(w r) / sum w, between the smallest and the largest reward; NaN when nothing has weight. */
  snips: number;
  /** sum w² (r - snips)² / (sum w)². */
  variance: number;
  /** (sum w)² / sum w². */
  ess: number;
}

const LARGEST = Number.MAX_VALUE;

/**
 * The sums from which IPS and SNIPS estimates and their support are judged.
 * Errors: RangeError for a weight that is negative or NaN, or a reward that is not finite.
 */
export function importance(decisions: Iterable<WeightedReward>): Importance {
  const weights: number[] = [];
  const rewards: number[] = [];
  let [total, squares, largest, responses, value, least, most] = [0, 0, 0, 0, 0, Infinity, -Infinity];
  for (const { weight, reward } of decisions) {
    if (!(weight >= 0 && reward >= -LARGEST && reward <= LARGEST))
      throw new RangeError(`a weight of ${weight} with a reward of ${reward} is impossible`);
    weights.push(weight);
    rewards.push(reward);
    total += weight;
    squares += weight * weight;
    value += weight === 0 ? 0 : weight * reward;
    if (weight > largest) largest = weight;
    if (reward < least) least = reward;
    if (reward > most) most = reward;
    if (weight > 0 && reward !== 0) responses++;
  }
  const snips = Math.min(most, Math.max(least, value / total));
  let deviation = 0;
  for (let i = 0; i < weights.length; i++) deviation += (weights[i] * (rewards[i] - snips)) ** 2;
  return {
    rows: weights.length,
    total,
    squares,
    largest,
    responses,
    least,
    most,
    ips: value / weights.length,
    snips,
    variance: deviation / total ** 2,
    ess: total ** 2 / squares,
  };
}
