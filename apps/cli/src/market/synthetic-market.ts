import { randomStream } from '@boucle/targeting';
import { Market, MarketClient, Question, baselinesOf } from './market.js';
import { amountOf, bands, FATIGUE, syntheticArms, truth } from './synthetic-truth.js';

export { truth } from './synthetic-truth.js';

const NOT_CONTACTED = syntheticArms.find(({ channel }) => channel === null)!.name;

/** A standard normal from two uniforms in [0, 1) (Box and Muller). */
const normalFrom = (question: Question): number =>
  Math.sqrt(-2 * Math.log(1 - question.uniform())) * Math.cos(2 * Math.PI * question.uniform());

function clientsOf(seed: number, count: number): MarketClient[] {
  return Array.from({ length: count }, (_, i) => {
    const stream = randomStream('synthetic-market', seed, i);
    const attributes: MarketClient['attributes'] = {};
    for (const [attribute, choices] of Object.entries(bands)) {
      let left = stream.uniform();
      attributes[attribute] = (choices.find(({ share }) => (left -= share) < 0) ?? choices[choices.length - 1]).band;
    }
    return { foreignId: `S${String(i + 1).padStart(6, '0')}`, attributes };
  });
}

/** The campaign to which the baselines of a synthetic market belong. */
export interface Design {
  readonly waves: number;
  readonly waveSize: number;
  readonly holdOut: number;
}

/**
 * Prior contacts of a client drawn into a wave, as one number with the same mean fatigue: E[.8^X] = (1 - .2 pq)^(wave - 1) for X contacts
 * in the waves before, each with the probability p of being drawn and q of being contacted then.
 */
const equivalentContacts = (wave: number, p: number, q: number): number =>
  ((wave - 1) * Math.log(1 - (1 - FATIGUE) * p * q)) / Math.log(FATIGUE);

/** True response rate of everybody decided in such a campaign, hold-out included, when all get this arm; `contacted` is the share of decisions that contact. */
const rateOver = ({ waves, waveSize, holdOut }: Design, population: readonly MarketClient[], arm: string, contacted: number): number => {
  const meanTruth = (of: string, prior: number): number =>
    population.reduce((sum, client) => sum + truth(client, of, prior), 0) / population.length;
  const drawn = Math.min(1, waveSize / population.length);
  const priors = Array.from({ length: waves }, (_, i) => equivalentContacts(i + 1, drawn, contacted));
  const treated = priors.reduce((sum, prior) => sum + meanTruth(arm, prior), 0) / waves;
  return holdOut * meanTruth(NOT_CONTACTED, 0) + (1 - holdOut) * treated;
};

const baselinesOver = (design: Design, population: readonly MarketClient[]): Market['baselines'] => {
  const contacting = syntheticArms.filter(({ channel }) => channel !== null).length / syntheticArms.length;
  const alone = syntheticArms.map(({ name, channel }) => rateOver(design, population, name, channel === null ? 0 : 1));
  const mixed = syntheticArms.map(({ name }) => rateOver(design, population, name, contacting));
  return { uniform: mixed.reduce((sum, rate) => sum + rate, 0) / mixed.length, best: baselinesOf(syntheticArms, alone).best };
};

const FIRST_WAVE: Design = { waves: 1, waveSize: 1, holdOut: 0 };

/** A made-up market of which the truth is known; the same seed makes the same clients, every seed has the same truth. */
export function syntheticMarket(seed: number, clients = 20_000, design = FIRST_WAVE): Market {
  const population = clientsOf(seed, clients);
  return {
    name: `synthetic, seed ${seed}`,
    origin: `synthetic, ${clients} clients`,
    start: '2024-01-01T00:00:00.000Z',
    arms: syntheticArms,
    attributes: Object.keys(bands),
    cells: ['age', 'tenure'],
    clients: population,
    answer: (question: Question) => {
      const arm = question.arm ?? NOT_CONTACTED;
      const responded = question.uniform() < truth(population[question.client], arm, question.priorContacts);
      return { responded, amount: responded ? amountOf(arm, normalFrom(question)) : null };
    },
    baselines: baselinesOver(design, population),
  };
}
