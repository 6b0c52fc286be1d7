import { wilson } from './intervals.js';

/** One client drawn into one wave, by intention to treat: contacted or not, he counts in the group he was assigned to. */
export interface LiftDecision {
  client: string;
  wave: number;
  heldOut: boolean;
  /** Whether the outcome occurred within the window that starts at the decision, the same clock for both groups. */
  outcome: 0 | 1;
}

/** Outcome rates per decision with and without the campaign, and their difference with its 95% interval. */
export interface Lift {
  treated: number;
  heldOut: number;
  /** treated - heldOut, in points of rate; low and high are its interval. */
  lift: number;
  low: number;
  high: number;
  /** Decisions counted in the treated and in the held-out group. */
  n1: number;
  n0: number;
}

const FEWEST_HELD_OUT = 20;

/**
 * Lift over the hold-out with g the waves, 1 the treated and 0 the held out:
 * Wg = N1g / N1;  A1 = sum y1 / N1;  A0 = sum_g Wg y0g / N0g;  lift = A1 - A0;
 * V1 = sum_i (sum_g (y_ig - A1) / N1)²;  V0 = sum_i (sum_g (Wg / N0g)(y_ig - A0))², summed per client i, so that repeated decisions on
 * one client count as the cluster they are;  n1* = min(N1, A1(1-A1)/V1);  n0* = min(1 / sum(Wg² / N0g), A0(1-A0)/V0), the first where
 * V = 0;  low, high by Newcombe's square-and-add from the Wilson intervals of A1 on n1* and A0 on n0*.
 * Waves with fewer than 20 held out are merged: in order of time each wave joins the next until 20 are held out, and what then remains at the end
 * joins the stratum before it. Null when nobody is held out or nobody treated.
 * Sources: Newcombe 1998, Statistics in Medicine 17:873; standardisation to the treated's waves.
 */
export function liftOverHoldOut(decisions: Iterable<LiftDecision>): Lift | null {
  const all = Array.isArray(decisions) ? (decisions as LiftDecision[]) : [...decisions];
  const strata = strataOf(all);
  const n1 = total(strata, (stratum) => stratum.n1);
  const n0 = total(strata, (stratum) => stratum.n0);
  if (n1 === 0 || n0 === 0) return null;

  const a1 = total(strata, (stratum) => stratum.y1) / n1;
  const a0 = total(strata, ({ n1: treated, n0: held, y0 }) => (treated * y0) / held) / n1;
  const [v1, v0] = clusteredVariances(all, strata, { n1, a1, a0 });
  const size1 = effective(n1, a1, v1);
  const size0 = effective(1 / total(strata, (stratum) => (stratum.n1 / n1) ** 2 / stratum.n0), a0, v0);
  const w1 = wilson(a1, size1);
  const w0 = wilson(a0, size0);
  return {
    treated: a1,
    heldOut: a0,
    lift: a1 - a0,
    low: a1 - a0 - Math.hypot(a1 - w1.low, w0.high - a0),
    high: a1 - a0 + Math.hypot(w1.high - a1, a0 - w0.low),
    n1,
    n0,
  };
}

interface Stratum {
  waves: number[];
  n1: number;
  y1: number;
  n0: number;
  y0: number;
}

/** The waves in order of time, merged until each stratum holds out at least 20, if so many are held out at all. */
function strataOf(decisions: LiftDecision[]): Stratum[] {
  const byWave = new Map<number, Stratum>();
  for (const { wave, heldOut, outcome } of decisions) {
    let stratum = byWave.get(wave);
    if (!stratum) byWave.set(wave, (stratum = { waves: [wave], n1: 0, y1: 0, n0: 0, y0: 0 }));
    if (heldOut) {
      stratum.n0++;
      stratum.y0 += outcome;
    } else {
      stratum.n1++;
      stratum.y1 += outcome;
    }
  }
  const strata: Stratum[] = [];
  for (const wave of [...byWave.values()].sort((a, b) => a.waves[0] - b.waves[0])) {
    const last = strata[strata.length - 1];
    if (last && last.n0 < FEWEST_HELD_OUT) strata[strata.length - 1] = merged(last, wave);
    else strata.push(wave);
  }
  const short = strata.length > 1 && strata[strata.length - 1].n0 < FEWEST_HELD_OUT;
  return short ? [...strata.slice(0, -2), merged(strata[strata.length - 2], strata[strata.length - 1])] : strata;
}

function merged(a: Stratum, b: Stratum): Stratum {
  return { waves: [...a.waves, ...b.waves], n1: a.n1 + b.n1, y1: a.y1 + b.y1, n0: a.n0 + b.n0, y0: a.y0 + b.y0 };
}

/** V1 and V0: squares of the clients' summed deviations, each with the weight of its decision. */
function clusteredVariances(decisions: LiftDecision[], strata: Stratum[], rates: { n1: number; a1: number; a0: number }): [number, number] {
  const weights = new Map(strata.flatMap(({ waves, n1, n0 }) => waves.map((wave) => [wave, n1 / rates.n1 / n0])));
  const treated = new Map<string, number>();
  const heldOut = new Map<string, number>();
  for (const { client, wave, heldOut: held, outcome } of decisions) {
    if (held) heldOut.set(client, (heldOut.get(client) ?? 0) + weights.get(wave)! * (outcome - rates.a0));
    else treated.set(client, (treated.get(client) ?? 0) + (outcome - rates.a1) / rates.n1);
  }
  return [squares(treated), squares(heldOut)];
}

function squares(sums: Map<string, number>): number {
  let sum = 0;
  for (const x of sums.values()) sum += x * x;
  return sum;
}

/** The number of independent trials that would be as uncertain. */
function effective(most: number, rate: number, variance: number): number {
  return variance > 0 ? Math.min(most, (rate * (1 - rate)) / variance) : most;
}

function total<T>(items: T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
