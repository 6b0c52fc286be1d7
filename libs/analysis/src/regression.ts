import { factorise, Interval, solveLower, solveUpper } from '@boucle/targeting';
import { tQuantile, tTails } from './distributions.js';
import { Design } from './design.js';

/** What one term does to the outcome, all others being equal. */
export interface Coefficient extends Interval {
  readonly value: number;
  readonly error: number;
  /** The probability of an estimate at least so far from nought where there is no influence. */
  readonly p: number;
}

/** A fitted equation: the intercept first, then a coefficient for each term. */
export interface Fit {
  readonly coefficients: readonly Coefficient[];
  /** The covariances of the estimates, row by row. */
  readonly covariance: Float64Array;
  readonly people: number;
}

const ROUNDS = 50;
const SETTLED = 1e-10;
const ALPHA = 0.05;

/** Adds w x x' to the lower triangle. */
const accumulate = (matrix: Float64Array, x: Float64Array, weight: number): void => {
  const size = x.length;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) matrix[i * size + j] += weight * x[i] * x[j];
};

const inverted = (factor: Float64Array, size: number): Float64Array => {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    solveLower(factor, size, unit);
    solveUpper(factor, size, unit);
    unit.forEach((value, row) => (inverse[row * size + column] = value));
  }
  return inverse;
};

/** Goes through people, each with a leading 1 for the intercept. */
const through = ({ rows, terms, people }: Design, see: (x: Float64Array, person: number) => void): void => {
  const width = terms.length;
  const x = new Float64Array(width + 1);
  x[0] = 1;
  for (let person = 0; person < people; person++) {
    x.set(rows.subarray(person * width, (person + 1) * width), 1);
    see(x, person);
  }
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

const coefficientsOf = (beta: Float64Array, covariance: Float64Array, df: number): Coefficient[] => {
  const t = tQuantile(ALPHA, df);
  return Array.from(beta, (value, i) => {
    const error = Math.sqrt(covariance[i * beta.length + i]);
    return { value, error, low: value - t * error, high: value + t * error, p: error > 0 ? tTails(value / error, df) : 1 };
  });
};

/** The ridge on all but the intercept. */
const withRidge = (matrix: Float64Array, size: number, ridge: number): Float64Array => {
  for (let i = 1; i < size; i++) matrix[i * size + i] += ridge;
  return matrix;
};

const mustSuffice = (design: Design, outcomes: readonly number[]): number => {
  const size = design.terms.length + 1;
  if (outcomes.length !== design.people) throw new RangeError(`${outcomes.length} outcomes do not fit ${design.people} people`);
  if (design.people <= size) throw new RangeError(`${design.people} people are too few for ${size} coefficients`);
  return size;
};

/**
 * Logistic regression of outcomes 0 or 1: Newton's steps (iteratively reweighted least squares) on the likelihood less ridge/2 Σ β², which is a normal prior
 * with variance 1/ridge on every coefficient but the intercept and keeps them finite where a term tells the outcome; halved where a step leads down. Errors
 * are those of the penalised information, intervals Wald's at 95%, coefficients in log odds.
 * Errors: RangeError for too few people. Source: McCullagh & Nelder 1989, 4.4; le Cessie & van Houwelingen 1992, Appl. Stat. 41:191.
 */
export const logistic = (design: Design, outcomes: readonly number[], ridge = 0.01): Fit => {
  const size = mustSuffice(design, outcomes);
  let beta = new Float64Array(size);
  const goodness = (at: Float64Array): number => {
    let sum = 0;
    through(design, (x, person) => {
      const eta = dot(x, at);
      sum += outcomes[person] * eta - (eta > 0 ? eta + Math.log1p(Math.exp(-eta)) : Math.log1p(Math.exp(eta)));
    });
    return sum - (ridge / 2) * (dot(at, at) - at[0] ** 2);
  };
  let current = goodness(beta);
  for (let round = 0; ; round++) {
    const information = new Float64Array(size * size);
    const step = new Float64Array(size);
    through(design, (x, person) => {
      const probability = 1 / (1 + Math.exp(-dot(x, beta)));
      accumulate(information, x, Math.max(1e-12, probability * (1 - probability)));
      for (let i = 0; i < size; i++) step[i] += (outcomes[person] - probability) * x[i];
    });
    for (let i = 1; i < size; i++) step[i] -= ridge * beta[i];
    factorise(withRidge(information, size, ridge), size);
    solveLower(information, size, step);
    solveUpper(information, size, step);
    let [next, better] = [beta, -Infinity];
    // what is worse by rounding alone is not worse
    const enough = current - 1e-12 * (1 + Math.abs(current));
    for (let scale = 1; scale > 1e-6 && !(better >= enough); scale /= 2) {
      next = beta.map((value, i) => value + scale * step[i]);
      better = goodness(next);
    }
    const moved = Math.max(...next.map((value, i) => Math.abs(value - beta[i])));
    if (better >= enough) [beta, current] = [next, better];
    if (moved < SETTLED || round === ROUNDS || better < enough) {
      const covariance = inverted(information, size);
      return { coefficients: coefficientsOf(beta, covariance, 1e9), covariance, people: design.people };
    }
  }
};

/**
 * Least squares, with errors that hold whether or not everybody varies alike: (X'X)⁻¹ Σ (e / (1 - h))² x x' (X'X)⁻¹, h being the leverage (HC3), and
 * intervals by Student's t at 95%. A ridge of 1e-9 of each diagonal keeps the equation soluble where terms repeat each other.
 * Errors: RangeError for too few people. Source: MacKinnon & White 1985, J. Econometrics 29:305; Long & Ervin 2000, Am. Stat. 54:217.
 */
export const leastSquares = (design: Design, outcomes: readonly number[]): Fit => {
  const size = mustSuffice(design, outcomes);
  const square = new Float64Array(size * size);
  const beta = new Float64Array(size);
  through(design, (x, person) => {
    accumulate(square, x, 1);
    for (let i = 0; i < size; i++) beta[i] += outcomes[person] * x[i];
  });
  for (let i = 0; i < size; i++) square[i * size + i] *= 1 + 1e-9;
  factorise(square, size);
  solveLower(square, size, beta);
  solveUpper(square, size, beta);
  const bread = inverted(square, size);
  const filling = new Float64Array(size * size);
  const solved = new Float64Array(size);
  through(design, (x, person) => {
    solved.set(x);
    solveLower(square, size, solved);
    // h = x'(X'X)⁻¹x; who alone has a term lies on the line whatever he does
    const rest = Math.max(1e-6, 1 - dot(solved, solved));
    accumulate(filling, x, ((outcomes[person] - dot(x, beta)) / rest) ** 2);
  });
  const at = (matrix: Float64Array, i: number, j: number): number => matrix[Math.max(i, j) * size + Math.min(i, j)];
  const half = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) half[i * size + j] += bread[i * size + k] * at(filling, k, j);
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) covariance[i * size + j] += half[i * size + k] * bread[k * size + j];
  return { coefficients: coefficientsOf(beta, covariance, design.people - size), covariance, people: design.people };
};
