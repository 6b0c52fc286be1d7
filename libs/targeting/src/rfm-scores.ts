import { BEST_SCORE, Cuts, cutsOf, exactScores, quantile, scoreByCuts, sharedScores } from './ranks.js';

/** What a client is scored by. */
export interface RfmMeasures {
  /** Whole days since the last purchase: the fewer, the better. */
  recency: number;
  frequency: number;
  /** In one unit of money. */
  monetary: number;
}

/** Scores from 1 (worst) to 5; the code of a client is 100 r + 10 f + m. */
export interface RfmScore {
  r: number;
  f: number;
  m: number;
}

/** Scores in the order of the measures, and the share of all scores (three per client) that ties decided. */
export interface RfmScores {
  scores: RfmScore[];
  tiedShare: number;
}

/** How those who tie are told apart: not at all, or by their place in the list, which the caller orders by id. */
export type TieRule = 'shared' | 'by-id';

type Ranked = { scores: Uint8Array; tied: number };

const ranked = (values: readonly number[], ties: TieRule): Ranked => (ties === 'shared' ? sharedScores(values) : exactScores(values));

const scoresOf = (r: Ranked, f: Ranked, m: Ranked): RfmScores => ({
  scores: Array.from(r.scores, (score, at) => ({ r: score, f: f.scores[at], m: m.scores[at] })),
  tiedShare: r.scores.length === 0 ? 0 : (r.tied + f.tied + m.tied) / (3 * r.scores.length),
});

/** Each measure ranked over all clients by itself; with ties by id, the quintiles of Hughes. Source: Hughes, Strategic Database Marketing. */
export function independentRfm(measures: readonly RfmMeasures[], ties: TieRule): RfmScores {
  const by = (of: (one: RfmMeasures) => number): Ranked => ranked(measures.map(of), ties);
  return scoresOf(
    by(({ recency }) => -recency),
    by(({ frequency }) => frequency),
    by(({ monetary }) => monetary),
  );
}

/** Values ranked within each group by themselves. */
function rankedWithin(values: readonly number[], groupOf: (at: number) => number, ties: TieRule): Ranked {
  const groups = new Map<number, number[]>();
  values.forEach((_, at) => {
    const group = groups.get(groupOf(at));
    if (group) group.push(at);
    else groups.set(groupOf(at), [at]);
  });
  const scores = new Uint8Array(values.length);
  let tied = 0;
  for (const members of groups.values()) {
    const own = ranked(
      members.map((at) => values[at]),
      ties,
    );
    members.forEach((at, n) => (scores[at] = own.scores[n]));
    tied += own.tied;
  }
  return { scores, tied };
}

/** Frequency ranked within the clients of one recency score, money within those of one recency and frequency score: with ties by id 125 cells of one size. */
export function nestedRfm(measures: readonly RfmMeasures[], ties: TieRule): RfmScores {
  const r = ranked(
    measures.map(({ recency }) => -recency),
    ties,
  );
  const frequencies = measures.map(({ frequency }) => frequency);
  const f = rankedWithin(frequencies, (at) => r.scores[at], ties);
  const amounts = measures.map(({ monetary }) => monetary);
  const m = rankedWithin(amounts, (at) => 10 * r.scores[at] + f.scores[at], ties);
  return scoresOf(r, f, m);
}

/** The values from which a measure's scores 2 to 5 begin (of recency: 4 down to 1). */
export interface RfmCuts {
  /** For recency the cuts are of days since the last purchase, negated, so that more is better as elsewhere. */
  recency: Cuts;
  frequency: Cuts;
  monetary: Cuts;
}

/** What cut points make of a client. */
export function rfmByCuts({ recency, frequency, monetary }: RfmMeasures, cuts: RfmCuts): RfmScore {
  return { r: scoreByCuts(-recency, cuts.recency), f: scoreByCuts(frequency, cuts.frequency), m: scoreByCuts(monetary, cuts.monetary) };
}

/** The cut points of the independent variant with shared ties, and the share of scores that ties decided; the lists are sorted in place. */
export function rfmCuts(columns: { recency: Float64Array; frequency: Float64Array; monetary: Float64Array }): {
  cuts: RfmCuts;
  tiedShare: number;
} {
  const n = columns.recency.length;
  const recency = cutsOf(columns.recency.map((days) => -days).sort());
  const frequency = cutsOf(columns.frequency.sort());
  const monetary = cutsOf(columns.monetary.sort());
  return {
    cuts: { recency: recency.cuts, frequency: frequency.cuts, monetary: monetary.cuts },
    tiedShare: n === 0 ? 0 : (recency.tied + frequency.tied + monetary.tied) / (3 * n),
  };
}

/** Upper ends of the four lower bins, exclusive. */
export interface RfmThresholds {
  recency: readonly number[];
  frequency: readonly number[];
  monetary: readonly number[];
}

const LEVELS = [0.2, 0.4, 0.6, 0.8];

/**
 * Thresholds by value: the quantiles at .2, .4, .6 and .8 plus 1, bins closed below and open above. Meant for whole days, counts and whole units of money;
 * the 1 makes this variant depend on the unit. Source: the convention of the R package rfm.
 */
export function rfmThresholds(measures: readonly RfmMeasures[]): RfmThresholds {
  const of = (value: (one: RfmMeasures) => number): number[] => {
    const sorted = Float64Array.from(measures, value).sort();
    return LEVELS.map((level) => quantile(sorted, level) + 1);
  };
  return { recency: of(({ recency }) => recency), frequency: of(({ frequency }) => frequency), monetary: of(({ monetary }) => monetary) };
}

/** What thresholds make of a client. */
export function rfmByThresholds({ recency, frequency, monetary }: RfmMeasures, thresholds: RfmThresholds): RfmScore {
  const bin = (value: number, ends: readonly number[]): number => 1 + ends.filter((end) => value >= end).length;
  return {
    r: BEST_SCORE + 1 - bin(recency, thresholds.recency),
    f: bin(frequency, thresholds.frequency),
    m: bin(monetary, thresholds.monetary),
  };
}
