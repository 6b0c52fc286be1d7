/** The best of five scores; the worst is 1. */
export const BEST_SCORE = 5;

/** Clients who have the same value: ranks of the first and the last of them, from 0, the lowest value first. */
interface Tie {
  value: number;
  first: number;
  last: number;
}

/** Scores by rank, the values from which each begins, and how much of it ties decided. */
export interface RankScores {
  /** In the order of the values: 1 (lowest fifth) to 5. */
  scores: Uint8Array;
  cuts: Cuts;
  /** Values whose tie reaches over the border of two scores, so that their score hangs on the rule for ties. */
  tied: number;
}

/** The lowest value of the scores 2, 3, 4 and 5 where ties share a score; null: nobody has that score or a better one. */
export type Cuts = readonly (number | null)[];

/** The score of a rank: floor(5 rank / n) + 1. */
const scoreOf = (rank: number, n: number): number => Math.floor((rank * BEST_SCORE) / n) + 1;

function* tiesOf(sorted: Float64Array): Generator<Tie> {
  for (let first = 0, next: number; first < sorted.length; first = next) {
    const value = sorted[first];
    for (next = first + 1; next < sorted.length && sorted[next] === value; next++);
    yield { value, first, last: next - 1 };
  }
}

/** Those who tie share the score of their middle rank. */
const sharedScore = ({ first, last }: Tie, n: number): number => scoreOf((first + last) / 2, n);

/**
 * Where the scores of a sorted list begin if ties share a score, and how many ties decided; this is all that a replay needs to score anybody.
 * Errors: RangeError for what is not a number.
 */
export function cutsOf(sorted: Float64Array): { cuts: Cuts; tied: number } {
  const cuts: (number | null)[] = Array.from({ length: BEST_SCORE - 1 }, () => null);
  let tied = 0;
  for (const tie of tiesOf(sorted)) {
    if (Number.isNaN(tie.value)) throw new RangeError('what is ranked must be numbers');
    const score = sharedScore(tie, sorted.length);
    for (let s = 2; s <= score; s++) cuts[s - 2] ??= tie.value;
    if (scoreOf(tie.first, sorted.length) !== scoreOf(tie.last, sorted.length)) tied += tie.last - tie.first + 1;
  }
  return { cuts, tied };
}

/** The score that cut points give a value. */
export function scoreByCuts(value: number, cuts: Cuts): number {
  return 1 + cuts.filter((cut) => cut !== null && value >= cut).length;
}

/** Scores 1 to 5 by rank, lowest value first; values that tie share the score of their middle rank, so that nobody's depends on his name. */
export function sharedScores(values: readonly number[]): RankScores {
  const { cuts, tied } = cutsOf(Float64Array.from(values).sort());
  return { scores: Uint8Array.from(values, (value) => scoreByCuts(value, cuts)), cuts, tied };
}

/**
 * Scores 1 to 5 by rank as Hughes gives them: fifths whose sizes differ by one at most; who comes first among equals does so by his place in the list,
 * which the caller orders by id. Source: Hughes, Strategic Database Marketing.
 */
export function exactScores(values: readonly number[]): Omit<RankScores, 'cuts'> {
  const order = Uint32Array.from(values, (_, place) => place).sort((a, b) => values[a] - values[b] || a - b);
  const scores = new Uint8Array(values.length);
  order.forEach((place, rank) => (scores[place] = scoreOf(rank, values.length)));
  return { scores, tied: cutsOf(Float64Array.from(values).sort()).tied };
}

/** The quantile of a sorted list between its neighbours, position (n-1) p. Source: Hyndman & Fan 1996, type 7. */
export function quantile(sorted: Float64Array, p: number): number {
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
