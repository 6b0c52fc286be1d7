import { normalCdf } from './intervals.js';

/** The evidence at the close of a wave. */
export interface Evidence {
  /** Posterior draws of the rates, each of length cells * arms at index c * arms + k. */
  draws: Float64Array[];
  cells: number;
  arms: number;
  /** Weight of each cell in the average; scaled to sum to 1. */
  cellShares: number[];
  /** Responses so far by arm, all waves and cells. */
  responses: number[];
  /** The wave that closed, counted from 1. */
  wave: number;
  /** The difference in rate that does not matter (delta); 10% of the leader's rate unless given. */
  margin?: number;
}

/** What may be said about the arms now. Latching an earlier winner is left to the caller. */
export interface Verdict {
  /** X, the arm with the highest mean rate. */
  leader: number;
  /** X when it beats every other arm, else null. */
  winner: number | null;
  /** X and the arm that differs from it by less than the margin, else null. */
  equivalent: [number, number] | null;
  /** No arm is better than X by more than the margin. */
  goodEnough: boolean;
  /** min over the others j of Phi(z_j), z_j = mean(v_X - v_j) / sd(v_X - v_j): how sure the lead over the closest rival is. */
  probability: number;
  /** What `probability` has to reach for a winner. */
  threshold: number;
  /** Mean over the draws of (the best arm's rate - X's rate): what stopping with X costs per contact. A stop rule, no evidence. */
  expectedLoss: number;
  /** The look this verdict was taken at: the wave. */
  look: number;
}

const WINNER = 0.998;
const EQUIVALENT = 2.326;
const GOOD_ENOUGH = 2.576;
const FEWEST_WAVES = 2;
const FEWEST_RESPONSES = 10;

/**
 * Verdict on the arms' rates v_k, averaged over the cells by their shares, with d_j = v_X - v_j over the draws and delta the margin:
 * X wins when min_j Phi(mean d_j / sd d_j) >= .998, from the second wave on and with 10 responses to X (analytic: 1,000 draws cannot
 * resolve it); X and j are equivalent when (delta - |mean d_j|) / sd d_j >= 2.326 (the clearest such j is named); X is good enough
 * when min_j (mean d_j + delta) / sd d_j >= 2.576. A single arm has nothing to beat: no winner, not good enough, probability 1.
 * Errors: RangeError without draws or when the parts do not fit. Thresholds: with ten looks and wave effects 2-5% false winners.
 */
export function verdict(evidence: Evidence): Verdict {
  const { arms, responses, wave } = evidence;
  const values = averages(evidence);
  const means = values.map(mean);
  const leader = means.indexOf(Math.max(...means));
  const margin = evidence.margin ?? 0.1 * means[leader];
  const rivals = values.map((_, k) => k).filter((k) => k !== leader);
  const leads = rivals.map((j) => lead(values[leader], values[j]));

  const probability = Math.min(1, ...leads.map((d) => normalCdf(ratio(d.mean, d.sd))));
  const closeness = leads.map((d) => ratio(margin - Math.abs(d.mean), d.sd));
  const closest = Math.max(...closeness);
  const wins = arms > 1 && probability >= WINNER && wave >= FEWEST_WAVES && responses[leader] >= FEWEST_RESPONSES;
  return {
    leader,
    winner: wins ? leader : null,
    equivalent: closest >= EQUIVALENT ? [leader, rivals[closeness.indexOf(closest)]] : null,
    goodEnough: arms > 1 && leads.every((d) => ratio(d.mean + margin, d.sd) >= GOOD_ENOUGH),
    probability,
    threshold: WINNER,
    expectedLoss: mean(values[leader].map((rate, i) => values.reduce((most, value) => (value[i] > most ? value[i] : most), rate) - rate)),
    look: wave,
  };
}

/** By arm, the rate averaged over the cells in every draw. */
function averages({ draws, cells, arms, cellShares, responses }: Evidence): Float64Array[] {
  const total = cellShares.reduce((sum, share) => sum + share, 0);
  if (draws.length < 2 || draws[0].length !== cells * arms || cellShares.length !== cells || responses.length !== arms || !(total > 0))
    throw new RangeError(
      `${draws.length} draws, ${cellShares.length} cell shares (sum ${total}) and ${responses.length} response counts do not fit ${cells} cells x ${arms} arms`,
    );
  return Array.from({ length: arms }, (_, k) => {
    const values = new Float64Array(draws.length);
    for (let c = 0; c < cells; c++) {
      const share = cellShares[c] / total;
      for (let i = 0; i < values.length; i++) values[i] += share * draws[i][c * arms + k];
    }
    return values;
  });
}

function lead(ahead: Float64Array, behind: Float64Array): { mean: number; sd: number } {
  const d = ahead.map((rate, i) => rate - behind[i]);
  const centre = mean(d);
  let squares = 0;
  for (let i = 0; i < d.length; i++) squares += (d[i] - centre) ** 2;
  return { mean: centre, sd: Math.sqrt(squares / (d.length - 1)) };
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** difference / sd, where no difference at no spread is 0. */
function ratio(difference: number, sd: number): number {
  return difference === 0 ? 0 : difference / sd;
}
