import { Arm, MarketError, byCodeUnit } from './market.js';
import { listed, quoted } from '@boucle/importing';
import type { TrialFile } from './trial-file.js';
import { offersNamedBy } from './trial-relations.js';
import type { TrialRow } from './trial-rows.js';

function checkPresence(trial: TrialFile, found: readonly string[], path: string): void {
  const named = [...(offersNamedBy(trial) ?? []), ...(trial.offer.notContacted === null ? [] : [trial.offer.notContacted])];
  const absent = named.find((name) => !found.includes(name));
  if (absent !== undefined) {
    const problem = `no row has the offer ${quoted(absent)}, which the trial file names`;
    throw new MarketError(`${path}, column ${quoted(trial.offer.column)}: ${problem}. Take it out; the file has ${listed(found)}.`);
  }
}

function checkCount(trial: TrialFile, found: readonly string[], path: string): void {
  if (found.length >= 2 && found.length <= 20) return;
  const problem = `${found.length} different offers (${listed(found)}), where a trial has 2 to 20`;
  throw new MarketError(
    `${path}, column ${quoted(trial.offer.column)}: ${problem}. Name the column of the arm drawn, or merge rare offers.`,
  );
}

/** The arms of a trial in order of name, from the offer values found in its rows; too few, too many or absent ones are refused. */
export function armsOf(trial: TrialFile, found: readonly string[], path: string): Arm[] {
  checkPresence(trial, found, path);
  checkCount(trial, found, path);
  return [...found].sort(byCodeUnit).map((name) => {
    const terms = trial.offers.get(name) ?? { cost: 0, margin: 0, channel: 'email' as const };
    return { name, ...terms, channel: name === trial.offer.notContacted ? null : terms.channel };
  });
}

function checkSame(trial: TrialFile, same: number, arms: readonly Arm[], path: string): void {
  const sum = same * arms.length;
  if (Math.abs(sum - 1) <= 0.005) return;
  const names = listed(arms.map(({ name }) => name));
  const problem = `"probabilities" is ${same} for each of ${arms.length} arms (${names}), which sums to ${sum.toFixed(4)}, not to 1`;
  const remedy = `Give ${(1 / arms.length).toFixed(6)}, or an object of offer and number.`;
  throw new MarketError(`${path}, column ${quoted(trial.offer.column)}: ${problem}. ${remedy}`);
}

/** The mean of 1/p estimates the number of arms (Horvitz-Thompson): within 5 standard errors + 1%. */
function checkOwn(column: string, rows: readonly TrialRow[], arms: number, path: string): void {
  const mean = rows.reduce((sum, row) => sum + 1 / row.probability, 0) / rows.length;
  const variance = rows.reduce((sum, row) => sum + (1 / row.probability - mean) ** 2, 0) / rows.length;
  const tolerance = 5 * Math.sqrt(variance / rows.length) + 0.01 * arms;
  if (Math.abs(mean - arms) <= tolerance) return;
  const problem = `the probabilities do not sum to 1 over the arms: 1/p averages ${mean.toFixed(3)} where ${arms} arms make it ${arms}`;
  const remedy = "Give the probability with which each row's own arm was drawn.";
  throw new MarketError(`${path}, column ${quoted(column)}: ${problem} (within ${tolerance.toFixed(3)}). ${remedy}`);
}

/** Refuses probabilities that cannot be those of the trial: over the arms they must sum to 1. */
export function checkProbabilities(trial: TrialFile, rows: readonly TrialRow[], arms: readonly Arm[], path: string): void {
  const { probabilities } = trial;
  if ('same' in probabilities) checkSame(trial, probabilities.same, arms, path);
  if ('column' in probabilities) checkOwn(probabilities.column, rows, arms.length, path);
}
