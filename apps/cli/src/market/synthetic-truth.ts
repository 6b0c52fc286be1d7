import { Arm, MarketClient, byCodeUnit } from './market.js';

/** What an arm does in the synthetic market, before a client's bands are considered. */
interface Effect extends Arm {
  /** added to the response rate of a client never contacted before */
  uplift: number;
  /** factors on the uplift, by band */
  by: Record<string, number>;
  /** cents: the median purchase of those who respond */
  median: number;
}

/** The catalogue brings the most responses, the newsletter the most profit. */
const effects: readonly Effect[] = [
  { name: 'Not contacted', channel: null, cost: 0, margin: 1800, uplift: 0, by: {}, median: 5400 },
  { name: 'Newsletter', channel: 'email', cost: 2, margin: 1800, uplift: 0.02, by: { '18-34': 1.15, '55+': 0.85 }, median: 5400 },
  { name: 'Voucher', channel: 'email', cost: 2, margin: 1100, uplift: 0.045, by: { '18-34': 1.25, '55+': 0.8, new: 1.15 }, median: 4200 },
  { name: 'Catalogue', channel: 'post', cost: 250, margin: 1900, uplift: 0.1, by: { '18-34': 0.7, '55+': 1.25, new: 0.85 }, median: 6200 },
  { name: 'Sample', channel: 'post', cost: 320, margin: 1500, uplift: 0.03, by: { new: 1.4, '4+ years': 0.8 }, median: 3600 },
];

/** Bands of each attribute, with the share of the clients in them and their factor on the rate of those not contacted. */
export const bands: Readonly<Record<string, readonly { band: string; share: number; factor: number }[]>> = {
  age: [
    { band: '18-34', share: 0.3, factor: 0.8 },
    { band: '35-54', share: 0.4, factor: 1 },
    { band: '55+', share: 0.3, factor: 1.2 },
  ],
  region: [
    { band: 'city', share: 0.35, factor: 1.05 },
    { band: 'suburb', share: 0.4, factor: 1 },
    { band: 'country', share: 0.25, factor: 0.9 },
  ],
  tenure: [
    { band: 'new', share: 0.3, factor: 0.7 },
    { band: '1-3 years', share: 0.4, factor: 1 },
    { band: '4+ years', share: 0.3, factor: 1.4 },
  ],
};

const BASE_RATE = 0.045;
/** What is left of an offer's uplift after each contact a client already had. */
export const FATIGUE = 0.8;
const AMOUNT_SPREAD = 0.5;

/** The arms of every synthetic market, in order of name. */
export const syntheticArms: readonly Arm[] = effects
  .map(({ name, channel, cost, margin }) => ({ name, channel, cost, margin }))
  .sort((a, b) => byCodeUnit(a.name, b.name));

const effectOf = (arm: string): Effect => {
  const effect = effects.find(({ name }) => name === arm);
  if (effect === undefined) throw new RangeError(`The synthetic market has no arm "${arm}"`);
  return effect;
};

/** True probability that a client of the synthetic market responds to an arm: base rate + uplift x .8^priorContacts, each by his bands. */
export function truth(client: MarketClient, arm: string, priorContacts: number): number {
  const { uplift, by } = effectOf(arm);
  const own = Object.entries(bands).map(([attribute, choices]) => choices.find(({ band }) => band === client.attributes[attribute])!);
  const base = own.reduce((rate, { factor }) => rate * factor, BASE_RATE);
  return base + own.reduce((effect, { band }) => effect * (by[band] ?? 1), uplift) * FATIGUE ** priorContacts;
}

/** Cents a respondent to an arm spends, at a standard normal draw: log-normal about the arm's median. */
export const amountOf = (arm: string, normal: number): number => Math.round(effectOf(arm).median * Math.exp(AMOUNT_SPREAD * normal));
