import { Question } from './report.js';

const SENSES = {
  known: 'as we knew it then',
  true: 'as it was that day, by all that we know',
} as const;

/** What was asked, in one line by which it can be asked again. */
export const questionLine = ({ rule, asOf, seed, parameters }: Question): string => {
  const { position, date, sense, at } = asOf;
  return [
    rule,
    `position ${position}`,
    date === null ? `at ${at}` : `on ${date}`,
    SENSES[sense],
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`),
  ].join(' · ');
};
