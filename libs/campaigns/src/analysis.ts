import {
  addCount,
  Counts,
  emptyCounts,
  independentPosterior,
  liftOverHoldOut,
  LiftDecision,
  posteriorRates,
  probabilityBest,
  randomStream,
  twoWayPosterior,
  uniformShares,
  verdict,
  wilson,
  withFloor,
} from '@boucle/targeting';
import { Allocation, Analysis, Offer, Plan, Propensities, VerdictReading } from './campaign.events.js';
import { Tally, tallyIn, WaveResults } from './wave-results.projection.js';

const DRAWS = 1000;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** The clients of a tally that showed the reaction which the plan counts. */
const successes = ({ reaction }: Plan, tally: Tally): number => (reaction === 'response' ? tally.responded : tally.purchased);

interface Learnt {
  readonly cells: readonly string[];
  readonly counts: Counts;
}

/** What all waves so far showed by wave, cell and arm. */
const learnt = (plan: Plan, waves: readonly WaveResults[]): Learnt => {
  const found = [...new Set(waves.flatMap(({ arms }) => Object.keys(arms)))].sort();
  const cells = found.length > 0 ? found : ['all'];
  const counts = emptyCounts(waves.length, cells.length, plan.offers.length);
  waves.forEach(({ arms }, wave) => {
    for (const [cell, tallies] of Object.entries(arms))
      plan.offers.forEach(({ name }, arm) => {
        const tally = tallyIn(tallies, name);
        if (tally) addCount(counts, wave, cells.indexOf(cell), arm, tally.clients, successes(plan, tally));
      });
  });
  return { cells, counts };
};

/** Contacts by cell, or by arm, over everything else. */
const margins = ({ cells, counts }: Learnt, of: Float64Array, by: 'cell' | 'arm'): number[] => {
  const sums = new Array<number>(by === 'cell' ? cells.length : counts.arms).fill(0);
  of.forEach((value, i) => {
    const at = by === 'cell' ? Math.floor(i / counts.arms) % counts.cells : i % counts.arms;
    sums[at] += value;
  });
  return sums;
};

const named = (offers: readonly Offer[], values: readonly number[]): Propensities =>
  Object.fromEntries(offers.map(({ name }, i) => [name, values[i]]));

const sentenceOf = (reading: Omit<VerdictReading, 'sentence'>, objective: Plan['objective']): string => {
  const { winner, equivalent, goodEnough, leader, probability, threshold, look, expectedLoss } = reading;
  const doubt = `probability ${probability.toFixed(4)}, threshold ${threshold}, look ${look}`;
  if (winner !== null && (winner !== leader || probability < threshold))
    return `"${winner}" was named the winner at an earlier look, which stays; now "${leader}" leads (${doubt}).`;
  if (winner !== null) return `"${winner}" wins: it is better than every other offer (${doubt}).`;
  const worth = objective === 'profit' ? 'value' : 'rate';
  if (equivalent)
    return `"${equivalent[0]}" and "${equivalent[1]}" are equivalent: they differ by less than a tenth of the leader's ${worth}.`;
  if (goodEnough)
    return `"${leader}" is good enough: no offer is better by more than a tenth of its ${worth}, but it is not proven the best (${doubt}).`;
  const loss = `${(1000 * expectedLoss).toFixed(2)} ${objective === 'profit' ? 'cents' : 'responses'} per 1,000 clients`;
  return `Undecided: "${leader}" leads (${doubt}); stopping with it now would cost ${loss} on average.`;
};

/**
 * What a closed wave teaches: rate, lift, verdict and the allocation of the next wave.
 * @param waves all waves of the campaign up to the one that closed, in order, each with its frozen results
 * @param outcomes every decision of those waves with its outcome, if there is a hold-out
 * @param earlierWinner the winner named at an earlier look, which stays
 */
export const analyse = (
  plan: Plan,
  waves: readonly WaveResults[],
  outcomes: Iterable<LiftDecision> | null,
  earlierWinner: string | null,
): Analysis => {
  const results = waves.at(-1)!;
  const { offers, objective, floor, seed } = plan;
  const tallies = Object.values(results.arms).flatMap((ofCell) => offers.map((offer) => ({ offer, tally: tallyIn(ofCell, offer.name) })));
  const known = tallies.filter((place): place is { offer: Offer; tally: Tally } => place.tally !== undefined);
  const leftAlone = offers.find(({ channel }) => channel === null);
  const others = [results.heldOut, results.unsent];
  const decided = total([...known.map(({ tally }) => tally), ...others].map(({ clients }) => clients));
  const responses = total([...known.map(({ tally }) => tally), ...others].map((tally) => successes(plan, tally)));
  const margin =
    total(known.map(({ offer, tally }) => offer.margin * successes(plan, tally))) +
    (leftAlone?.margin ?? 0) * total(others.map((tally) => successes(plan, tally)));
  const lift = outcomes && liftOverHoldOut(outcomes);

  const learning = learnt(plan, waves);
  const { cells, counts } = learning;
  const posterior = plan.posterior === 'two-way' ? twoWayPosterior(counts) : independentPosterior(counts);
  const draws = posterior.draw(randomStream(seed, results.wave, 'posterior'), DRAWS);
  const payoff = offers.map(({ margin, cost }) => (objective === 'profit' ? { gain: margin, cost } : { gain: 1, cost: 0 }));
  const worth = draws.map((draw) => draw.map((rate, i) => rate * payoff[i % offers.length].gain - payoff[i % offers.length].cost));
  const ofCells = margins(learning, counts.n, 'cell');
  const weights = total(ofCells) > 0 ? ofCells : cells.map(() => 1);
  const look = verdict({
    draws: worth,
    cells: cells.length,
    arms: offers.length,
    cellShares: weights,
    responses: margins(learning, counts.s, 'arm'),
    wave: waves.length,
  });
  const nameOf = (arm: number): string => offers[arm].name;
  const reading = {
    winner: earlierWinner ?? (look.winner === null ? null : nameOf(look.winner)),
    equivalent: look.equivalent && look.equivalent.map(nameOf),
    goodEnough: look.goodEnough,
    leader: nameOf(look.leader),
    probability: look.probability,
    threshold: look.threshold,
    look: look.look,
    expectedLoss: look.expectedLoss,
  };

  const best = probabilityBest(draws, cells.length, offers.length, payoff);
  const allocation: Allocation = {
    ...Object.fromEntries(cells.map((cell, c) => [cell, named(offers, withFloor(best[c], floor))])),
    '*': named(offers, uniformShares(offers.length)),
  };
  const shareOf = (name: string): number =>
    total(cells.map((cell, c) => (weights[c] / total(weights)) * allocation[cell][name])) / 1_000_000;
  const shares = Object.fromEntries(offers.map(({ name }) => [name, shareOf(name)]));
  const rates = posteriorRates(draws);
  const rateOf = (arm: number): number =>
    total(weights.map((weight, c) => (weight / total(weights)) * rates[c * offers.length + arm].mean));
  return {
    decided,
    skipped: results.skipped,
    contacted: total(known.filter(({ offer }) => offer.channel !== null).map(({ tally }) => tally.clients)),
    heldOut: results.heldOut.clients,
    responses,
    rate: decided > 0 ? responses / decided : 0,
    ...(decided > 0 ? wilson(responses / decided, decided) : { low: 0, high: 1 }),
    lift: lift && { lift: lift.lift, low: lift.low, high: lift.high },
    cost: results.cost,
    margin,
    verdict: { ...reading, sentence: sentenceOf(reading, objective) },
    allocation,
    shares,
    reason: `"${reading.leader}" leads at ${percent(rateOf(look.leader))} (best with probability ${look.probability.toFixed(3)}) and gets ${percent(shares[reading.leader])} of the next wave; every offer keeps at least ${percent(floor)} to stay measured`,
  };
};
