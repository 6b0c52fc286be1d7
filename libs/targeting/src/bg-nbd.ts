import { betainc, betaln } from './beta-function.js';
import { gammaln } from './gamma-function.js';
import { hyp2f1 } from './hypergeometric.js';
import { minimum } from './minimum.js';

// one look-up for all: inside loops the global costs more than the arithmetic
const { exp, log, log1p } = Math;

/** What the model needs of a client's purchases; purchases of one day are one. Times are in one unit of choice, as are all that follow from them. */
export interface BuyingPattern {
  /** x: days with a purchase after the first. */
  repeats: number;
  /** t_x: from the first to the last purchase; 0 if there was but one. */
  last: number;
  /** T: from the first purchase to the day as of which all is asked. */
  age: number;
}

/**
 * How a base buys, by the model "buy till you die": rates of purchase are Gamma(r, alpha), and after each purchase a client is lost with a
 * probability that is Beta(a, b).
 */
export interface BgNbd {
  r: number;
  /** In the unit of time of the patterns. */
  alpha: number;
  a: number;
  b: number;
}

/** A fitted model and how well it fits. */
export interface BgNbdFit extends BgNbd {
  logLikelihood: number;
  /** Clients by whom it was fitted. */
  clients: number;
  /** Whether the search came to rest away from its bounds; if not, the data hardly bear four parameters. */
  converged: boolean;
}

/** ln(e^u + e^v) without overflow. */
const logAddExp = (u: number, v: number): number => (u > v ? u + log1p(exp(v - u)) : v + log1p(exp(u - v)));

/** Patterns that are alike, and how many clients have each. */
interface Alike {
  /** The place of its number of repeats in the list of those that occur. */
  repeatsAt: Int32Array;
  last: Float64Array;
  age: Float64Array;
  clients: Float64Array;
  repeats: readonly number[];
  total: number;
}

function alike(patterns: Iterable<BuyingPattern>): Alike {
  const byPattern = new Map<string, { pattern: BuyingPattern; clients: number }>();
  let total = 0;
  for (const pattern of patterns) {
    mustBePattern(pattern);
    const key = `${pattern.repeats} ${pattern.last} ${pattern.age}`;
    const known = byPattern.get(key);
    if (known) known.clients++;
    else byPattern.set(key, { pattern, clients: 1 });
    total++;
  }
  const rows = [...byPattern.values()];
  const repeats = [...new Set(rows.map(({ pattern }) => pattern.repeats))];
  const place = new Map(repeats.map((x, at) => [x, at]));
  return {
    repeatsAt: Int32Array.from(rows, ({ pattern }) => place.get(pattern.repeats)!),
    last: Float64Array.from(rows, ({ pattern }) => pattern.last),
    age: Float64Array.from(rows, ({ pattern }) => pattern.age),
    clients: Float64Array.from(rows, ({ clients }) => clients),
    repeats,
    total,
  };
}

function mustBePattern({ repeats, last, age }: BuyingPattern): void {
  if (!(Number.isInteger(repeats) && repeats >= 0)) throw new RangeError(`a number of repeat purchases cannot be ${repeats}`);
  if (!(last >= 0 && last <= age)) throw new RangeError(`the last purchase must lie between 0 and ${age}, not at ${last}`);
}

function likelihoodOf({ r, alpha, a, b }: BgNbd, rows: Alike): number {
  const gammaR = gammaln(r);
  const front = betaln(a, b);
  // what hangs on the number of repeats alone is computed once per number
  const perRepeats = rows.repeats.map((x) => gammaln(r + x) - gammaR + r * log(alpha) + betaln(a, b + x) - front);
  const lost = rows.repeats.map((x) => (x > 0 ? log(a) - log(b + x - 1) : -Infinity));
  let sum = 0;
  for (let row = 0; row < rows.clients.length; row++) {
    const at = rows.repeatsAt[row];
    const times = r + rows.repeats[at];
    const stays = -times * log(alpha + rows.age[row]);
    const either = rows.repeats[at] > 0 ? logAddExp(stays, lost[at] - times * log(alpha + rows.last[row])) : stays;
    sum += rows.clients[row] * (perRepeats[at] + either);
  }
  return sum;
}

/**
 * ln L = sum over clients of ln Γ(r+x) - ln Γ(r) + r ln α + ln B(a, b+x) - ln B(a, b)
 *   + ln( (α+T)^-(r+x) + [x > 0] a / (b+x-1) (α+t_x)^-(r+x) ), summed as logarithms, so that hundreds of purchases do not overflow.
 * Errors: RangeError for a pattern that cannot be. Source: Fader, Hardie & Lee 2005, Marketing Science 24:275.
 */
export function bgNbdLogLikelihood(model: BgNbd, patterns: Iterable<BuyingPattern>): number {
  return likelihoodOf(model, alike(patterns));
}

/** How far from the start a logarithm is sought: a beta of (150, 150) is as good as one number for all. */
const FARTHEST = 5;

/**
 * The model of greatest likelihood, sought over the logarithms of its parameters; equal patterns are counted together. Start: r = a = b = 1, alpha the
 * mean age.
 * Errors: RangeError for a pattern that cannot be, and where no client bought twice, as then nothing tells how they buy.
 */
export function fitBgNbd(patterns: Iterable<BuyingPattern>): BgNbdFit {
  const rows = alike(patterns);
  if (!rows.repeats.some((x) => x > 0)) throw new RangeError('nobody bought a second time: there is nothing to fit');
  const meanAge = rows.age.reduce((sum, age, row) => sum + age * rows.clients[row], 0) / rows.total;
  const modelAt = ([r, alpha, a, b]: readonly number[]): BgNbd => ({ r: exp(r), alpha: exp(alpha), a: exp(a), b: exp(b) });
  const start = [0, log(meanAge), 0, 0];
  const farthest = (at: readonly number[]): number => Math.max(...at.map((x, i) => Math.abs(x - start[i])));
  const best = minimum((at) => (farthest(at) > FARTHEST ? Infinity : -likelihoodOf(modelAt(at), rows) / rows.total), start);
  return {
    ...modelAt(best.at),
    logLikelihood: -best.value * rows.total,
    clients: rows.total,
    converged: best.converged && farthest(best.at) < 0.99 * FARTHEST,
  };
}

/**
 * The probability that a client is not lost yet: 1 / (1 + a / (b+x-1) ((α+T) / (α+t_x))^(r+x)); 1 for whoever bought once, of whom the model can
 * know nothing. Source: Fader & Hardie 2008, note 021.
 */
export function aliveProbability(model: BgNbd, pattern: BuyingPattern): number {
  return pattern.repeats === 0 ? 1 : 1 / (1 + exp(logOddsLost(model, pattern)));
}

const logOddsLost = ({ r, alpha, a, b }: BgNbd, { repeats, last, age }: BuyingPattern): number =>
  log(a) - log(b + repeats - 1) + (r + repeats) * (log(alpha + age) - log(alpha + last));

/** As close to 1 as a may come: there the formula is nought by nought. */
const AWAY_FROM_ONE = 1e-6;

/**
 * Purchases to expect of a client within a time from now on, given his pattern:
 * (a+b+x-1)/(a-1) [1 - (1-z)^(r+x) 2F1(r+x, b+x; a+b+x-1; z)] P(alive), z = t / (α+T+t); where a-1 < r+x by Euler's form of the series,
 * (1-z)^(a-1) 2F1(a+b-1-r, a-1; a+b+x-1; z), so that neither frequent buyers nor long times overflow.
 * Source: Fader, Hardie & Lee 2005, Marketing Science 24:275, formula 10.
 */
export function expectedPurchases(model: BgNbd, pattern: BuyingPattern, within: number): number {
  return expectation(model, pattern.repeats, pattern.age, within) * aliveProbability(model, pattern);
}

/** Repeat purchases to expect of a client of whom nothing is known but his first purchase, within a time from it; the same formula with x = T = 0. */
export function expectedPurchasesOfNew(model: BgNbd, within: number): number {
  return expectation(model, 0, 0, within);
}

function expectation({ r, alpha, a: fitted, b }: BgNbd, repeats: number, age: number, within: number): number {
  if (!(within >= 0)) throw new RangeError(`a time ahead cannot be ${within}`);
  const a = Math.abs(fitted - 1) < AWAY_FROM_ONE ? 1 + AWAY_FROM_ONE : fitted;
  const c = a + b + repeats - 1;
  const z = within / (alpha + age + within);
  const times = r + repeats;
  const lost = a - 1 < times ? (1 - z) ** (a - 1) * hyp2f1(c - times, a - 1, c, z) : (1 - z) ** times * hyp2f1(times, b + repeats, c, z);
  return (c / (a - 1)) * (1 - lost);
}

/**
 * The probability that a new client makes so many repeat purchases within a time:
 * B(a, b+x)/B(a, b) Γ(r+x)/(Γ(r) x!) (α/(α+t))^r (t/(α+t))^x + [x > 0] B(a+1, b+x-1)/B(a, b) I_{t/(α+t)}(x, r).
 * Source: Fader, Hardie & Lee 2005, formula 8; the sum there is an incomplete beta function.
 */
export function purchasesProbability({ r, alpha, a, b }: BgNbd, repeats: number, within: number): number {
  const share = within / (alpha + within);
  const front = betaln(a, b);
  const counts = gammaln(r + repeats) - gammaln(r) - gammaln(repeats + 1) + r * log1p(-share) + (repeats > 0 ? repeats * log(share) : 0);
  const stays = exp(betaln(a, b + repeats) - front + counts);
  return repeats === 0 ? stays : stays + exp(betaln(a + 1, b + repeats - 1) - front) * betainc(share, repeats, r);
}
