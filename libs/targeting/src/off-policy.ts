import { importance, type Importance, type WeightedReward } from './importance.js';
import { wilson, Z95, type Interval } from './intervals.js';

/** What a policy would have brought, estimated from decisions that another policy logged. */
export interface OffPolicyEstimate {
  /** mean(w r), and sum(w r) / sum w: the value to report. */
  ips: number;
  snips: number;
  /** 95% interval of `snips`. */
  low: number;
  high: number;
  /** Effective sample size (sum w)² / sum w². */
  ess: number;
  /** A sentence when the mean weight is further than 4 standard errors from 1: the logged propensities are then in doubt. */
  alarm: string | null;
}

export type OffPolicy = OffPolicyEstimate | { refused: string };

const LEAST_ESS = 100;
const FEWEST_RESPONSES = 10;
const FEWEST_PAYERS = 50;
const LARGEST_SHARE = 0.1;

/**
 * Off-policy value of a policy e from rows logged by a policy b: weight w = pi_e / pi_b of the logged arm (0 if e would not take it), reward r
 * (0 or 1, or any number from 0 to 1, for a 'rate'; any amount for an 'amount'). Held-out, ineligible and not yet answered rows stay out.
 * IPS = mean(w r); SNIPS V = sum(w r) / sum w (Swaminathan & Joachims 2015); var = sum w²(r - V)² / (sum w)².
 * Interval of a rate: Wilson(V, n*) with n* = min(ESS, V(1-V)/var); of an amount: V ± 1.96 sqrt(var).
 * Refused, with the reason: an infinite weight (pi_b = 0 where pi_e > 0), one row with more than a tenth of all weight, ESS < 100, fewer
 * than 10 responses with weight (amounts: 50 payers). Errors: RangeError for a negative or NaN weight, a reward that is not finite, or a rate outside [0, 1].
 */
export function offPolicy(rows: Iterable<WeightedReward>, kind: 'rate' | 'amount' = 'rate'): OffPolicy {
  const sums = importance(rows);
  if (kind === 'rate' && (sums.least < 0 || sums.most > 1))
    throw new RangeError(`the rewards of a rate lie between 0 and 1, not between ${sums.least} and ${sums.most}`);
  const refused = refusal(sums, kind);
  if (refused) return { refused };
  const { ips, snips, ess } = sums;
  return { ips, snips, ...interval(sums, kind), ess, alarm: alarm(sums) };
}

function refusal({ rows, total, ess, largest, responses }: Importance, kind: 'rate' | 'amount'): string | null {
  if (largest === Infinity) return 'The policy takes an arm that the logging policy could not have taken.';
  if (total === 0) return `None of the ${rows} logged decisions is one that the policy would take.`;
  const share = largest / total;
  if (share > LARGEST_SHARE)
    return `One decision carries ${(100 * share).toFixed(1)}% of all weight; at most ${100 * LARGEST_SHARE}% is allowed.`;
  if (ess < LEAST_ESS) return `The effective sample size is ${ess.toFixed(1)}; at least ${LEAST_ESS} are needed.`;
  const fewest = kind === 'rate' ? FEWEST_RESPONSES : FEWEST_PAYERS;
  const what = kind === 'rate' ? 'responses' : 'payers';
  if (responses < fewest) return `Only ${responses} ${what} bear on the policy; at least ${fewest} are needed.`;
  return null;
}

function interval({ snips, variance, ess }: Importance, kind: 'rate' | 'amount'): Interval {
  if (kind === 'amount') return { low: snips - Z95 * Math.sqrt(variance), high: snips + Z95 * Math.sqrt(variance) };
  const spread = snips * (1 - snips);
  return wilson(snips, variance > 0 && spread > 0 ? Math.min(ess, spread / variance) : ess);
}

function alarm({ rows, total, squares }: Importance): string | null {
  const mean = total / rows;
  const error = Math.sqrt(Math.max(0, squares / rows - mean * mean) / rows);
  return Math.abs(mean - 1) > 4 * error + 1e-9
    ? `The mean weight is ${mean.toFixed(3)} instead of 1 (standard error ${error.toFixed(3)}): the logged propensities are in doubt.`
    : null;
}
