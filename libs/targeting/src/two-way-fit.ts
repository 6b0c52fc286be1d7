import type { Counts } from './counts.js';
import { curvature, newtonStep, type Curvature } from './two-way-curvature.js';
import { fitted, penalty, pooledPoint, thetaPrecision, type Point, type Spread } from './two-way-model.js';

// one look-up for all: inside loops the global costs more than the arithmetic
const { log } = Math;

/** The two-way model at one pair of spreads, as a normal distribution around its mode (Laplace). */
export interface TwoWayFit {
  mode: Point;
  curvature: Curvature;
  /** Log evidence of the spreads, up to a constant that depends on the counts alone. */
  evidence: number;
  /** Newton steps taken. */
  steps: number;
}

const TOLERANCE = 1e-8;
const LONGEST_STEP = 2;
/** Next to the mode Newton steps converge by themselves, and rounding hides whether the log posterior rises. */
const SAFE_STEP = 1e-3;
const MOST_STEPS = 100;

/**
 * Mode and Laplace evidence of the two-way model by damped Newton steps: no component moves by more than 2 logits, a step longer than .001 is halved while
 * the log posterior falls, and the search ends with a step below 1e-8. The log posterior is strictly concave, so the start bears on the
 * time only. Evidence = log likelihood - penalty + (log det P + C log tc^-2 + C K log ti^-2) / 2 - log det H / 2.
 */
export function twoWayFit(counts: Counts, spread: Spread, start: Point = pooledPoint(counts)): TwoWayFit {
  let point = start;
  let seen = fitted(counts, point);
  let height = seen.logLikelihood - penalty(counts, point, spread);
  for (let steps = 1; ; steps++) {
    const bend = curvature(counts, seen, spread);
    const step = newtonStep(counts, point, seen, spread, bend);
    const longest = largest(step);
    if (longest < TOLERANCE || steps === MOST_STEPS) {
      const evidence = height + (logPrior(counts, spread) - bend.logDeterminant) / 2;
      return { mode: moved(point, step, 1), curvature: bend, evidence, steps };
    }
    let share = Math.min(1, LONGEST_STEP / longest);
    for (let next = moved(point, step, share); ; next = moved(point, step, (share /= 2))) {
      const nextSeen = fitted(counts, next);
      const nextHeight = nextSeen.logLikelihood - penalty(counts, next, spread);
      if (nextHeight < height && share * longest > SAFE_STEP) continue;
      [point, seen, height] = [next, nextSeen, nextHeight];
      break;
    }
  }
}

/** Log determinant of the prior precision of all parameters. */
function logPrior({ waves, cells, arms }: Counts, spread: Spread): number {
  let sum = -2 * cells * log(spread.cells) - 2 * cells * arms * log(spread.interactions);
  for (let i = 0; i < arms + waves; i++) sum += log(thetaPrecision(i, arms));
  return sum;
}

function moved(from: Point, step: Point, share: number): Point {
  return {
    theta: along(from.theta, step.theta, share),
    gamma: along(from.gamma, step.gamma, share),
    delta: along(from.delta, step.delta, share),
  };
}

function along(from: Float64Array, step: Float64Array, share: number): Float64Array {
  const to = new Float64Array(from.length);
  for (let i = 0; i < to.length; i++) to[i] = from[i] + share * step[i];
  return to;
}

function largest({ theta, gamma, delta }: Point): number {
  let most = 0;
  for (const part of [theta, gamma, delta])
    for (let i = 0; i < part.length; i++) most = part[i] > most ? part[i] : -part[i] > most ? -part[i] : most;
  return most;
}
