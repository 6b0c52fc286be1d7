import { MarketError } from './market.js';
import { didYouMean, listed, quoted } from '@boucle/importing';
import type { TrialFile } from './trial-file.js';

/** The offer values a trial file names, or null if it leaves them to the CSV. */
export function offersNamedBy(trial: TrialFile): readonly string[] | null {
  if ('byOffer' in trial.probabilities) return [...trial.probabilities.byOffer.keys()];
  if (trial.offers.size === 0) return null;
  return [...new Set([...trial.offers.keys(), ...(trial.offer.notContacted === null ? [] : [trial.offer.notContacted])])];
}

function checkStart({ start }: TrialFile): void {
  const time = Date.parse(`${start}T00:00:00.000Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== start) {
    throw new MarketError(`"start" cannot be ${quoted(start)}: the calendar has no such day. Give a date such as "2024-01-01".`);
  }
}

function checkColumns(trial: TrialFile): void {
  const stranger = trial.cells.find((cell) => !trial.attributes.includes(cell));
  if (stranger !== undefined) {
    const hint = didYouMean(stranger, trial.attributes) || ` Add it to "attributes" (now ${listed(trial.attributes)}).`;
    throw new MarketError(`"cells" names ${quoted(stranger)}, which is none of the "attributes".${hint}`);
  }
  const answers = [trial.offer.column, trial.response.column, trial.value?.column];
  const leak = trial.attributes.find((attribute) => answers.includes(attribute));
  if (leak !== undefined) {
    throw new MarketError(`"attributes" names ${quoted(leak)}, which holds the offer or the answer. Take it out of "attributes".`);
  }
}

function checkOffers(trial: TrialFile): void {
  const { notContacted } = trial.offer;
  const named = offersNamedBy(trial);
  if (named === null) return;
  for (const [field, values] of [
    ['offers', [...trial.offers.keys()]],
    ['offer.notContacted', notContacted === null ? [] : [notContacted]],
  ] as const) {
    const stranger = values.find((value) => !named.includes(value));
    if (stranger !== undefined) {
      const hint = didYouMean(stranger, named) || ` Give it a probability, or take it out.`;
      throw new MarketError(`"${field}" names ${quoted(stranger)}, which "probabilities" does not list.${hint}`);
    }
  }
  const terms = notContacted === null ? undefined : trial.offers.get(notContacted);
  if (terms !== undefined && terms.cost !== 0) {
    throw new MarketError(`"offers" gives ${quoted(notContacted)} a cost, but those clients are not contacted. Leave its cost out.`);
  }
}

function checkSum({ probabilities }: TrialFile): void {
  if (!('byOffer' in probabilities)) return;
  const sum = [...probabilities.byOffer.values()].reduce((total, p) => total + p, 0);
  if (Math.abs(sum - 1) > 0.005) {
    throw new MarketError(`"probabilities" sum to ${sum.toFixed(4)}, not to 1. List every arm, not contacted included, with its share.`);
  }
}

/** Refuses what no single field shows to be wrong: columns and offers that do not go together, and sums. */
export function checkRelations(trial: TrialFile): void {
  checkStart(trial);
  checkColumns(trial);
  checkOffers(trial);
  checkSum(trial);
}
