import { headerHint } from './csv.js';
import { MarketError } from './market.js';
import { didYouMean, quoted } from '@boucle/importing';
import type { TrialFile } from './trial-file.js';

/** The places of a trial's columns in its CSV; null: the trial has no such column. */
export interface Columns {
  id: number | null;
  offer: number;
  probability: number | null;
  response: number;
  value: number | null;
  attributes: readonly number[];
}

/** Finds a trial's columns in the header of its CSV; a missing one is refused with those found. */
export function columnsOf(trial: TrialFile, header: readonly string[], path: string): Columns {
  const place = (name: string, field: string): number => {
    const at = header.indexOf(name);
    if (at < 0) {
      const hint = didYouMean(name, header) + headerHint(header, trial.delimiter);
      throw new MarketError(`${path} has no column ${quoted(name)}, which "${field}" of the trial names.${hint}`);
    }
    if (header.includes(name, at + 1)) {
      throw new MarketError(`${path}, row 1: two columns are called ${quoted(name)}, which "${field}" of the trial names. Rename one.`);
    }
    return at;
  };
  return {
    id: trial.id === null ? null : place(trial.id, 'id'),
    offer: place(trial.offer.column, 'offer.column'),
    probability: 'column' in trial.probabilities ? place(trial.probabilities.column, 'probabilities.column') : null,
    response: place(trial.response.column, 'response.column'),
    value: trial.value === null ? null : place(trial.value.column, 'value.column'),
    attributes: trial.attributes.map((name) => place(name, 'attributes')),
  };
}
