import { ScoreClients, scoringTermsOf, ScoringTerms } from '@boucle/clients';
import { ShapeError } from '../http/problem.filter.js';
import { shaped } from '../http/shape.js';

type Parameters = Readonly<Record<string, string>>;

/** In what money is reckoned. */
export const MONEY = {
  currency: 'in which money is reckoned, by day rates where need be; it must be given',
  vatPercent: 'tax to take off where a purchase says that it is included; it stays in if left out',
} as const;

/** What RFM counts. */
export const COUNTING = {
  windowDays: 'only of so many days before; of ever if left out',
  frequency: 'day (purchases of one day count once, the default) or order',
  monetary: 'total (the default) or mean',
} as const;

/** How what is to come is valued. */
export const AHEAD = {
  horizonMonths: 'how far ahead purchases are expected; 12 if left out',
  marginPercent: 'share of an amount that is margin; 100 if left out',
  discountPercent: 'interest of a year; 10 if left out',
  contactCost: 'what contacts with a client cost in a month, in cents; nothing if left out',
} as const;

/** What counts as bought together. */
export const TOGETHER = { basket: 'order (the default), or client: ever bought by one client' } as const;

const NUMBERS: readonly string[] = ['vatPercent', 'windowDays', 'horizonMonths', 'marginPercent', 'discountPercent', 'contactCost'];
const TERMS: readonly string[] = [...Object.keys({ ...MONEY, ...COUNTING, ...AHEAD, ...TOGETHER })];

/** The terms among the parameters of a report, as a scoring run has them. */
export const valueTerms = (parameters: Parameters, at: string): ScoringTerms => {
  const given = Object.entries(parameters).filter(([name]) => TERMS.includes(name));
  const said = Object.fromEntries(given.map(([name, text]) => [name, NUMBERS.includes(name) && text !== '' ? Number(text) : text]));
  const order = shaped(ScoreClients, { asOf: at.slice(0, 10), ...said }, 'body');
  if (Array.isArray(order)) throw new ShapeError(order);
  return scoringTermsOf(order);
};

/** Those of the terms that a report goes by, for its question. */
export const told = (terms: ScoringTerms, names: object): Record<string, string | number> =>
  Object.fromEntries(Object.entries(terms).filter(([name, value]) => name in names && value !== null));
