import { randomStream } from '@boucle/targeting';
import { cellOf } from '@boucle/campaigns';
import { Market } from './market.js';
import { syntheticMarket, truth } from './synthetic-market.js';

const market = syntheticMarket(7);

const respondents = (arm: string | null, priorContacts: number, of: Market = market): { rate: number; amounts: number[] } => {
  const stream = randomStream('synthetic-market.spec', String(arm), priorContacts);
  const answers = of.clients.map(({ attributes }, client) => {
    const cell = cellOf(attributes, of.cells);
    const answer = of.answer({ client, arm, cell, priorContacts, uniform: () => stream.uniform() });
    if (answer === 'unknown') throw new Error('The synthetic market knows every answer');
    return answer;
  });
  const amounts = answers.flatMap(({ responded, amount }) => (responded ? [amount!] : []));
  return { rate: amounts.length / answers.length, amounts };
};

const meanTruth = (arm: string, priorContacts: number): number =>
  market.clients.reduce((sum, client) => sum + truth(client, arm, priorContacts), 0) / market.clients.length;

describe('the synthetic market', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(JSON.stringify(syntheticMarket(7))).toBe(JSON.stringify(market));
    expect(JSON.stringify(syntheticMarket(8))).not.toBe(JSON.stringify(market));
    expect(respondents('Voucher', 0, syntheticMarket(7))).toEqual(respondents('Voucher', 0));
  });

  it('has as many clients as asked for, the first ones always alike', () => {
    expect(market.clients).toHaveLength(20_000);
    expect(syntheticMarket(7, 50).clients).toEqual(market.clients.slice(0, 50));
  });

  it('has its arms in order of name over two channels, and one not contacted', () => {
    const names = market.arms.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(new Set(market.arms.map(({ channel }) => channel))).toEqual(new Set(['email', 'post', null]));
  });

  it.each(market.arms.flatMap(({ name }) => [0, 3].map((prior) => [name, prior] as const)))(
    'answers to %s after %d contacts as often as the truth says',
    (arm, prior) => {
      const p = meanTruth(arm, prior);
      expect(Math.abs(respondents(arm, prior).rate - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / market.clients.length));
    },
  );

  it('answers for those held out as for those not contacted', () => {
    expect(Math.abs(respondents(null, 0).rate - meanTruth('Not contacted', 0))).toBeLessThan(0.006);
  });

  it('reacts less with every contact, down to those not contacted', () => {
    const [client] = market.clients;
    const uplift = (prior: number): number => truth(client, 'Catalogue', prior) - truth(client, 'Not contacted', prior);
    for (const prior of [0, 1, 2, 5]) expect(uplift(prior + 1)).toBeCloseTo(0.8 * uplift(prior), 12);
    expect(truth(client, 'Not contacted', 9)).toBe(truth(client, 'Not contacted', 0));
  });

  it('has truths that are probabilities, and differ by cell', () => {
    for (const { name } of market.arms) {
      const truths = market.clients.map((client) => truth(client, name, 0));
      expect(Math.min(...truths)).toBeGreaterThan(0);
      expect(Math.max(...truths)).toBeLessThan(0.3);
      expect(new Set(truths).size).toBeGreaterThan(8);
    }
  });

  it('has baselines by the truth', () => {
    const rates = market.arms.map(({ name }) => ({ arm: name, rate: meanTruth(name, 0) }));
    expect(market.baselines.uniform).toBeCloseTo(rates.reduce((sum, { rate }) => sum + rate, 0) / rates.length, 12);
    expect(market.baselines.best).toEqual(rates.sort((a, b) => b.rate - a.rate)[0]);
  });

  it('has another best arm by profit than by rate', () => {
    const profits = market.arms.map(({ name, cost, margin }) => ({ name, profit: meanTruth(name, 0) * margin - cost }));
    expect(profits.sort((a, b) => b.profit - a.profit)[0].name).toBe('Newsletter');
    expect(market.baselines.best.arm).toBe('Catalogue');
  });

  it('spends log-normal amounts about the median of the arm', () => {
    const { amounts } = respondents('Newsletter', 0);
    const logs = amounts.map(Math.log);
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const spread = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
    expect(Math.abs(mean - Math.log(5400))).toBeLessThan((4 * 0.5) / Math.sqrt(logs.length));
    expect(Math.abs(spread - 0.5)).toBeLessThan(0.04);
    expect(amounts.every(Number.isInteger)).toBe(true);
  });
});
