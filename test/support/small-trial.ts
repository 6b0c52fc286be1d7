import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '@boucle/targeting';
import { newFolder } from './folders.js';

/** A made-up randomised test to write down. */
export interface SmallTrial {
  readonly rows: number;
  /** The arms, each with its probability and its response rate. */
  readonly arms: Readonly<Record<string, readonly [probability: number, rate: number]>>;
  readonly notContacted?: string;
  /** What the trial file says beyond that, or otherwise. */
  readonly file?: object;
  readonly delimiter?: string;
  /** Writes a field; as it is if left out. */
  readonly field?: (text: string, column: string, row: number) => string;
}

const TOWNS = ['Bern', 'Thun', 'Biel / Bienne'];

/** Writes a test as CSV and trial file into a folder of their own; gives the path of the trial file. The same test is the same bytes. */
export const writeTrial = ({ rows, arms, notContacted, file, delimiter = ',', field = (text) => text }: SmallTrial): string => {
  const folder = newFolder();
  const random = randomStream('small-trial', rows, Object.keys(arms).join());
  const header = ['No.', 'Variant', 'Drawn with', 'Came back', 'Revenue', 'Town', 'Age band'];
  const lines = Array.from({ length: rows }, (_, i) => {
    let left = random.uniform();
    const [arm, [probability, rate]] = Object.entries(arms).find(([, [p]]) => (left -= p) < 0) ?? Object.entries(arms).at(-1)!;
    const came = random.uniform() < rate;
    const revenue = came && random.uniform() < 0.6 ? (5 + 40 * random.uniform()).toFixed(2) : '';
    const town = TOWNS[Math.floor(TOWNS.length * random.uniform())];
    const band = random.uniform() < 0.5 ? 'young' : 'old';
    const fields = [`K-${i + 1}`, arm, String(probability), came ? 'yes' : 'no', revenue, town, band];
    return fields.map((text, column) => field(text, header[column], i + 2)).join(delimiter);
  });
  writeFileSync(join(folder, 'rows.csv'), `${[header.join(delimiter), ...lines].join('\n')}\n`);
  const trial = {
    name: 'A small test',
    file: 'rows.csv',
    delimiter,
    id: 'No.',
    offer: { column: 'Variant', ...(notContacted !== undefined && { notContacted }) },
    probabilities: Object.fromEntries(Object.entries(arms).map(([arm, [p]]) => [arm, p])),
    response: { column: 'Came back', positive: ['yes'] },
    value: { column: 'Revenue' },
    attributes: ['Town', 'Age band'],
    cells: ['Age band'],
    ...file,
  };
  const path = join(folder, 'trial.json');
  writeFileSync(path, JSON.stringify(trial));
  return path;
};
