import { Question, Report } from './report.js';

const SENSES = {
  known: 'as we knew it then',
  true: 'as it was that day, by all that we know',
} as const;

/** What was asked, in one line by which it can be asked again. */
export const questionLine = ({ rule, asOf, by = [], seed, parameters }: Question): string => {
  const { position, date, sense, at } = asOf;
  return [
    rule,
    `position ${position}`,
    date === null ? `at ${at}` : `on ${date}`,
    SENSES[sense],
    ...by,
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ].join(' · ');
};

/** A word as shells take it. */
const quoted = (text: string): string => (/^[\w.,:=@/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The command that asks the same again, whatever has been learnt since. */
export const askedAgain = ({ name, question: { asOf, seed, parameters } }: Pick<Report, 'name' | 'question'>): string => {
  const { position, date, at } = asOf;
  const when = date === null ? `--as-of ${position}@${at}` : `--as-of ${date} --known ${position}`;
  const set = Object.entries({ ...(seed !== undefined && { seed }), ...parameters });
  return ['boucle report', name, when, ...set.map(([key, value]) => `--set ${quoted(`${key}=${value}`)}`)].join(' ');
};
