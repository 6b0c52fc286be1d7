import { cellError } from './csv.js';
import { Columns } from './trial-columns.js';
import type { MarketClient } from './market.js';
import { cents, numberIn } from './money.js';
import { didYouMean, listed, quoted } from '@boucle/importing';
import type { TrialFile } from './trial-file.js';
import { offersNamedBy } from './trial-relations.js';

/** One client of a recorded trial, and what happened. */
export interface TrialRow extends MarketClient {
  /** the arm drawn: a place in the trial's arms */
  arm: number;
  /** with which that arm was drawn, in (0, 1] */
  probability: number;
  positive: boolean;
  /** cents; null: none recorded */
  amount: number | null;
}

const REMEMBERED = 10_000;

/** Reads each text once and hands out the same value for its repetitions. */
function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = read(text);
    if (known.size < REMEMBERED) known.set(text, value);
    return value;
  };
}

/** An attribute as the engine sees it: a number where the text is exactly how that number is written, else the text. */
const attributeOf = (text: string): string | number => {
  const number = Number(text);
  return String(number) === text && Number.isFinite(number) ? number : text;
};

const isPositive = (positive: TrialFile['response']['positive']): ((text: string) => boolean) => {
  const texts = new Set(positive.map((value) => String(value).trim()));
  const numbers = new Set([...texts].map(numberIn).filter((value) => value !== null));
  return (text) => texts.has(text.trim()) || numbers.has(numberIn(text.trim()) ?? NaN);
};

/** What the rows show about the whole file: offer values in order of appearance, and response values (some of them). */
export interface Seen {
  offers: Map<string, number>;
  responses: Set<string>;
}

/** A function that reads a record of the trial's CSV; a wrong field is refused with column, row and remedy. */
export function rowReader(trial: TrialFile, columns: Columns, path: string, seen: Seen): (fields: string[], row: number) => TrialRow {
  const allowed = offersNamedBy(trial);
  const ids = new Map<string, number>();
  const positive = remembering(isPositive(trial.response.positive));
  const attributes = trial.attributes.map((name, i) => ({ name, at: columns.attributes[i], read: remembering(attributeOf) }));

  const id = (text: string, row: number): string => {
    if (text === '') throw cellError(path, trial.id!, row, 'the id is empty. Give each client an id, or leave "id" out.');
    const before = ids.get(text);
    if (before !== undefined)
      throw cellError(path, trial.id!, row, `the id ${quoted(text)} stands in row ${before} too. Give each client one row.`);
    ids.set(text, row);
    return text;
  };

  const offer = (text: string, row: number): string => {
    if (text === '')
      throw cellError(path, trial.offer.column, row, 'the offer is empty. Name the offer, or a value for those not contacted.');
    if (allowed !== null && !allowed.includes(text)) {
      const hint = didYouMean(text, allowed) || ' Correct the row, or list the offer in the trial file.';
      throw cellError(path, trial.offer.column, row, `${quoted(text)} is none of the offers ${listed(allowed)}.${hint}`);
    }
    return text;
  };

  const probability = (fields: string[], row: number, offered: string): number => {
    if ('same' in trial.probabilities) return trial.probabilities.same;
    if ('byOffer' in trial.probabilities) return trial.probabilities.byOffer.get(offered)!;
    const text = fields[columns.probability!].trim();
    const p = numberIn(text);
    if (p !== null && p > 0 && p <= 1) return p;
    const remedy = "is no probability. Give the probability of the row's own arm, above 0 and at most 1, such as 0.25.";
    throw cellError(path, trial.probabilities.column, row, `${quoted(text)} ${remedy}`);
  };

  const amount = (text: string, row: number): number | null => {
    if (text === '') return null;
    const value = numberIn(text);
    if (value !== null && value >= 0 && value <= 1e12) return cents(value);
    const remedy = 'is no amount. Write it as a plain number from 0, such as 1234.50, or leave it empty.';
    throw cellError(path, trial.value!.column, row, `${quoted(text)} ${remedy}`);
  };

  return (fields, row) => {
    const offered = offer(fields[columns.offer].trim(), row);
    if (!seen.offers.has(offered)) seen.offers.set(offered, seen.offers.size);
    const response = fields[columns.response];
    if (seen.responses.size < 50) seen.responses.add(response);
    const own: TrialRow['attributes'] = {};
    for (const { name, at, read } of attributes) own[name] = read(fields[at]);
    return {
      foreignId: columns.id === null ? String(row) : id(fields[columns.id], row),
      attributes: own,
      arm: seen.offers.get(offered)!,
      probability: probability(fields, row, offered),
      positive: positive(response),
      amount: columns.value === null ? null : amount(fields[columns.value].trim(), row),
    };
  };
}
