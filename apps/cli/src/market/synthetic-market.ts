import { randomStream } from '@boucle/targeting';
import { Market, MarketClient, Question, baselinesOf } from './market.js';
import { amountOf, bands, syntheticArms, truth } from './synthetic-truth.js';

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

/** A made-up market of which the truth is known; the same seed makes the same clients, every seed has the same truth. */
export function syntheticMarket(seed: number, clients = 20_000): Market {
  const population = clientsOf(seed, clients);
  const meanRate = (arm: string): number => population.reduce((sum, client) => sum + truth(client, arm, 0), 0) / population.length;
  const rates = syntheticArms.map(({ name }) => meanRate(name));
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
    baselines: baselinesOf(syntheticArms, rates),
  };
}
