import { BgNbdFit, BuyingPattern, fitBgNbd, fitGammaGamma, GammaGammaFit, rfmCuts, Spending, uniformHash } from '@boucle/targeting';
import { Rates } from '../purchase/conversion.js';
import { Subject } from '../history/subject.js';
import { Baskets, nextArticles } from './baskets.js';
import { keptUntil } from './kept-purchases.js';
import { Buying, buyingOf, rfmMeasures } from './measures.js';
import { Fit, ScoringTerms } from './scoring.events.js';
import { PROFILING_BARS, profilingBar } from '../client/profiling-bar.js';

/** Clients by whom models of buying are fitted at most: the four parameters of a million are no surer, only slower. */
const FITTED_BY = 50_000;
/** Fewer who came back do not bear a model. */
const FEWEST_REPEATERS = 20;

/** A column of numbers that grows. */
class Column {
  private held = new Float64Array(1_024);
  private size = 0;

  push(value: number): void {
    if (this.size === this.held.length) {
      const larger = new Float64Array(2 * this.size);
      larger.set(this.held);
      this.held = larger;
    }
    this.held[this.size++] = value;
  }

  get values(): Float64Array {
    return this.held.slice(0, this.size);
  }
}

/** Those of a base whose hashes are lowest, of however many it turns out to be: the same for the same base in whichever order. */
class Sample<Entry> {
  private kept: { readonly hash: number; readonly entry: Entry }[] = [];
  private limit = 1;

  add(clientId: string, entry: Entry): void {
    const hash = uniformHash('fit', clientId);
    if (hash >= this.limit) return;
    this.kept.push({ hash, entry });
    if (this.kept.length < 2 * FITTED_BY) return;
    this.kept.sort((a, b) => a.hash - b.hash);
    this.limit = this.kept[FITTED_BY].hash;
    this.kept.length = FITTED_BY;
  }

  get entries(): Entry[] {
    return this.kept
      .sort((a, b) => a.hash - b.hash)
      .slice(0, FITTED_BY)
      .map(({ entry }) => entry);
  }
}

const buyingFit = (patterns: readonly BuyingPattern[]): BgNbdFit | null =>
  patterns.filter(({ repeats }) => repeats > 0).length < FEWEST_REPEATERS ? null : fitBgNbd(patterns);

/** A spread without a mean expects nothing of anybody. */
const spendingFit = (spendings: readonly Spending[]): GammaGammaFit | null => {
  if (spendings.filter(({ purchases, mean }) => purchases > 0 && mean > 0).length < FEWEST_REPEATERS) return null;
  const fit = fitGammaGamma(spendings);
  return fit.q > 1 ? fit : null;
};

/** Models of how these clients buy and what they spend, as far as enough came back. */
export const fitFor = (buyers: readonly Buying[]): Pick<Fit, 'buying' | 'spending'> => ({
  buying: buyingFit(buyers.map(({ pattern }) => pattern)),
  spending: spendingFit(buyers.map(({ spending }) => spending)),
});

/** What a base tells of itself at an instant; gone through once, with a few numbers of each client in memory. */
export const fitOf = async (people: AsyncIterable<readonly Subject[]>, at: string, terms: ScoringTerms, rates: Rates): Promise<Fit> => {
  const [recency, frequency, monetary] = [new Column(), new Column(), new Column()];
  const sample = new Sample<Buying>();
  const baskets = new Baskets(terms.basket);
  const leftOut: Record<string, number> = {};
  const withoutRate: Record<string, number> = {};
  const leave = (reason: string): void => {
    leftOut[reason] = (leftOut[reason] ?? 0) + 1;
  };
  let buyers = 0;
  for await (const page of people)
    for (const { clientId, profile, history } of page) {
      const bar = profilingBar(profile);
      if (bar !== null) {
        leave(PROFILING_BARS[bar]);
        continue;
      }
      const kept = keptUntil(history, at, terms, rates);
      const buying = buyingOf(kept, at);
      if (!buying) {
        leave('have kept nothing');
        continue;
      }
      buyers++;
      sample.add(clientId, buying);
      baskets.add(kept.purchases);
      for (const [currency, cents] of Object.entries(kept.withoutRate)) withoutRate[currency] = (withoutRate[currency] ?? 0) + cents;
      const measures = rfmMeasures(kept, at, terms);
      if (!measures) {
        leave('have kept nothing in the window');
        continue;
      }
      recency.push(measures.recency);
      frequency.push(measures.frequency);
      monetary.push(measures.monetary);
    }
  const columns = { recency: recency.values, frequency: frequency.values, monetary: monetary.values };
  return {
    population: columns.recency.length,
    buyers,
    leftOut,
    ...rfmCuts(columns),
    ...fitFor(sample.entries),
    baskets: baskets.counts.baskets,
    nextArticles: nextArticles(baskets.rules()),
    withoutRate,
  };
};
