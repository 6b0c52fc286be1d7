import { readFile } from 'node:fs/promises';
import { list, named, number, object, oneOf, optional, text, textLike } from './fields.js';
import { parseJson } from './json-text.js';
import { ChannelName, MarketError } from './market.js';
import { cents } from './money.js';
import { checkRelations } from './trial-relations.js';

/** Cents a contact, cents a response, and the channel of one offer. */
export interface OfferTerms {
  cost: number;
  margin: number;
  channel: ChannelName;
}

/** A randomised test, as its JSON file describes it; money in cents, what was left out filled in. */
export interface TrialFile {
  name: string;
  file: string;
  delimiter: string;
  /** ISO date */
  start: string;
  id: string | null;
  offer: { column: string; notContacted: string | null };
  probabilities: { same: number } | { byOffer: ReadonlyMap<string, number> } | { column: string };
  response: { column: string; positive: readonly (string | number)[] };
  value: { column: string } | null;
  attributes: readonly string[];
  cells: readonly string[];
  offers: ReadonlyMap<string, OfferTerms>;
}

const KEYS = ['$schema', 'name', 'file', 'delimiter', 'start', 'id', 'offer', 'probabilities', 'response', 'value'];
const ALL_KEYS = [...KEYS, 'attributes', 'cells', 'offers'];

const column = text('Give the name of a column of the file.');
const probability = number((p) => p > 0 && p <= 1, 'Give a number above 0 and at most 1.');
const money = number((amount) => amount >= 0 && amount <= 1e9, 'Give an amount of money from 0 to 1e9, such as 0.10.');

const offerTerms = (value: unknown, field: string): OfferTerms => {
  const terms = object(
    value,
    field,
    ['cost', 'margin', 'channel'],
    'Give an object such as {"cost": 0.10, "margin": 3, "channel": "email"}.',
  );
  return {
    cost: cents(optional(money, 0)(terms.cost, `${field}.cost`)),
    margin: cents(optional(money, 0)(terms.margin, `${field}.margin`)),
    channel: optional(oneOf(['email', 'sms', 'post', 'phone'] as const), 'email' as const)(terms.channel, `${field}.channel`),
  };
};

const PROBABILITIES = 'Give one number for all arms, an object of offer and number (2 to 20 of them), or {"column": name}.';

const probabilities = (value: unknown, field: string): TrialFile['probabilities'] => {
  if (typeof value === 'number') return { same: probability(value, field) };
  const given = object(value, field, null, PROBABILITIES);
  if (typeof given.column !== 'string') return { byOffer: named(probability, 2, 20, PROBABILITIES)(given, field) };
  return { column: column(object(given, field, ['column'], PROBABILITIES).column, `${field}.column`) };
};

const columnOnly = (value: unknown, field: string): { column: string } => ({
  column: column(object(value, field, ['column'], 'Give an object such as {"column": "spend"}.').column, `${field}.column`),
});

const positive = (value: unknown, field: string): string | number =>
  typeof value === 'number' ? number(() => true, '')(value, field) : text('Give a text or a number.')(value, field);

/** A trial file's content, checked; refused with the name of the field and the remedy. */
export function checkTrialFile(json: unknown): TrialFile {
  const given = object(json, '', ALL_KEYS, 'A trial file holds one object.');
  const offer = object(given.offer, 'offer', ['column', 'notContacted'], 'Give an object such as {"column": "segment"}.');
  const response = object(
    given.response,
    'response',
    ['column', 'positive'],
    'Give an object such as {"column": "visit", "positive": ["1"]}.',
  );
  const trial: TrialFile = {
    name: text('Give the trial a name.')(given.name, 'name'),
    file: text('Give the name of the CSV file.')(given.file, 'file'),
    delimiter: optional(textLike(/^[^"\r\n]$/u, 'Give one character, such as ";".'), ',')(given.delimiter, 'delimiter'),
    start: optional(textLike(/^\d{4}-\d{2}-\d{2}$/, 'Give a date such as "2024-01-01".'), '2024-01-01')(given.start, 'start'),
    id: optional(column, null)(given.id, 'id'),
    offer: {
      column: column(offer.column, 'offer.column'),
      notContacted: optional(text('Give the value of those who got nothing.'), null)(offer.notContacted, 'offer.notContacted'),
    },
    probabilities: probabilities(given.probabilities, 'probabilities'),
    response: {
      column: column(response.column, 'response.column'),
      positive: list(
        positive,
        1,
        'Give a list of the values that count as a response, such as ["1"].',
      )(response.positive, 'response.positive'),
    },
    value: optional(columnOnly, null)(given.value, 'value'),
    attributes: list(column, 1, 'Give a list of at least one column.')(given.attributes, 'attributes'),
    cells: list(column, 0, 'Give a list of columns; the empty list makes one cell of everybody.')(given.cells, 'cells'),
    offers: optional(named(offerTerms, 1, 20, 'Give an object of offer and terms, 1 to 20 of them.'), new Map())(given.offers, 'offers'),
  };
  checkRelations(trial);
  return trial;
}

/** The trial file at `path`, checked. */
export async function readTrialFile(path: string): Promise<TrialFile> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new MarketError(`The trial file ${path} cannot be read (${error.code}). Name an existing JSON file.`);
  });
  const json = parseJson(content, path);
  try {
    return checkTrialFile(json);
  } catch (error) {
    throw error instanceof MarketError ? new MarketError(`${path}: ${error.message}`) : error;
  }
}
