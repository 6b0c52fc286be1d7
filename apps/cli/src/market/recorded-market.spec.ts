import { randomStream } from '@boucle/targeting';
import fc from 'fast-check';
import { drawFrom, lotOf } from './draw.js';
import { cellOf } from '@boucle/campaigns';
import { Answer, Market } from './market.js';
import { canHoldOut, recordedMarket } from './recorded-market.js';
import { load, sampleCsv, sampleTrial } from './testing.js';
import type { RecordedTrial } from './trial.js';

const rateOf = (answers: readonly Answer[]): number => {
  const known = answers.filter((answer) => answer !== 'unknown');
  return known.filter(({ responded }) => responded).length / known.length;
};

const ask = (market: Market, arm: string | null, times: number, cell?: string): Answer[] => {
  const { uniform } = randomStream('recorded-market.spec', String(arm), times);
  return Array.from({ length: times }, (_, i) => {
    const client = i % market.clients.length;
    const own = cell ?? cellOf(market.clients[client].attributes, market.cells);
    return market.answer({ client, arm, cell: own, priorContacts: 0, uniform: () => uniform() });
  });
};

/**
 * Loyal clients got the letter with probability .8, the others with .2. Half are loyal; they visit at .6 without a letter
 * and .7 with one, the others at .1 and .2. So the truth is .35 without, .45 with; the raw rates are .2 and .6.
 */
const confounded: RecordedTrial = {
  name: 'confounded',
  start: '2024-01-01T00:00:00.000Z',
  arms: [
    { name: 'letter', channel: 'post', cost: 90, margin: 500 },
    { name: 'none', channel: null, cost: 0, margin: 500 },
  ],
  notContacted: 1,
  attributes: ['loyal'],
  cells: [],
  rows: [
    { loyal: 1, arm: 0, probability: 0.8, rate: 0.7 },
    { loyal: 1, arm: 1, probability: 0.2, rate: 0.6 },
    { loyal: 0, arm: 0, probability: 0.2, rate: 0.2 },
    { loyal: 0, arm: 1, probability: 0.8, rate: 0.1 },
  ].flatMap(({ loyal, arm, probability, rate }) =>
    Array.from({ length: 1000 * probability }, (_, i) => {
      const positive = i < 1000 * probability * rate;
      return { foreignId: `${loyal}${arm}${i}`, attributes: { loyal }, arm, probability, positive, amount: positive ? 1000 + i : null };
    }),
  ),
};

const market = (answers: 'resample' | 'replay', cells: string[] = [], contactAll = false, trial = confounded): Market =>
  recordedMarket(trial, { answers, cells, contactAll });

describe('resampled answers', () => {
  it.each([
    ['letter', 0.45],
    ['none', 0.35],
    [null, 0.35],
  ])('to %s come at the rate of everybody, however the arm was drawn', (arm, rate) => {
    expect(Math.abs(rateOf(ask(market('resample'), arm, 40_000)) - rate)).toBeLessThan(0.01);
  });

  it('come at the rate of the cell', () => {
    const byLoyalty = market('resample', ['loyal']);
    expect(Math.abs(rateOf(ask(byLoyalty, 'letter', 20_000, 'loyal=1')) - 0.7)).toBeLessThan(0.015);
    expect(Math.abs(rateOf(ask(byLoyalty, 'letter', 20_000, 'loyal=0')) - 0.2)).toBeLessThan(0.015);
    expect(byLoyalty.fallbacks!()).toBe(0);
  });

  it('fall back to the arm where the cell has none, and count it', () => {
    const unseen = market('resample', ['loyal']);
    expect(Math.abs(rateOf(ask(unseen, 'letter', 20_000, 'loyal=2')) - 0.45)).toBeLessThan(0.015);
    expect(unseen.fallbacks!()).toBe(20_000);
  });

  it('repeat with the same numbers', () => {
    expect(ask(market('resample'), 'letter', 500)).toEqual(ask(market('resample'), 'letter', 500));
  });

  it('bring the amount of the row drawn; nothing spent is no purchase', async () => {
    const trial = await load({ ...sampleTrial, value: { column: 'spend' } }, sampleCsv);
    const answers = ask(market('resample', [], false, trial), 'mail', 50);
    expect(answers).toContainEqual({ responded: true, amount: 999 });
    expect(answers).toContainEqual({ responded: false, amount: null });
  });
});

describe('replayed answers', () => {
  const everyRow = (arm: string | null): Answer[] => ask(market('replay'), arm, confounded.rows.length * 40);

  it('are known only where the recorded arm is the same', () => {
    const at = (recorded: number): number => confounded.rows.findIndex(({ arm }) => arm === recorded);
    const question = { cell: 'all', priorContacts: 0, uniform: () => 0 };
    expect(market('replay').answer({ ...question, client: at(0), arm: 'none' })).toBe('unknown');
    expect(market('replay').answer({ ...question, client: at(0), arm: 'letter' })).toEqual({ responded: true, amount: 1000 });
    expect(market('replay').answer({ ...question, client: at(1), arm: null })).toEqual({ responded: true, amount: 1000 });
  });

  it.each([
    ['letter', 0.45],
    ['none', 0.35],
    [null, 0.35],
  ])('to %s come at the rate of everybody, a fifth of them kept', (arm, rate) => {
    const answers = everyRow(arm);
    expect(Math.abs(rateOf(answers) - rate)).toBeLessThan(0.015);
    const kept = answers.filter((answer) => answer !== 'unknown').length;
    expect(Math.abs(kept / answers.length - 0.2)).toBeLessThan(0.01);
  });

  it('never fall back', () => expect(market('replay').fallbacks).toBeUndefined());
});

describe('a recorded market', () => {
  it('has baselines by the file, weighted', () => {
    expect(market('resample').baselines).toEqual({ uniform: expect.closeTo(0.4), best: { arm: 'letter', rate: expect.closeTo(0.45) } });
  });

  it('contacts all on demand, and still answers for those held out', () => {
    const all = market('resample', [], true);
    expect(all.arms.map(({ name }) => name)).toEqual(['letter']);
    expect(all.baselines).toEqual({ uniform: expect.closeTo(0.45), best: { arm: 'letter', rate: expect.closeTo(0.45) } });
    expect(Math.abs(rateOf(ask(all, null, 40_000)) - 0.35)).toBeLessThan(0.01);
  });

  it('cannot answer for a hold-out if nobody was left alone', () => {
    const nobody = { ...confounded, notContacted: null };
    expect([canHoldOut(confounded), canHoldOut(nobody)]).toEqual([true, false]);
    expect(() => ask(market('resample', [], false, nobody), null, 1)).toThrow('Run it without one');
  });

  it('refuses an unknown arm and cells of no attribute', () => {
    expect(() => ask(market('resample'), 'fax', 1)).toThrow('no arm "fax". Its arms are "letter", "none"');
    expect(() => market('resample', ['loyl'])).toThrow('"loyl", which is no attribute of "confounded". Did you mean "loyal"?');
  });

  it('shows its clients without their answers', () => {
    expect(Object.keys(market('replay').clients[0])).toEqual(['foreignId', 'attributes']);
  });
});

describe('a draw', () => {
  const weights = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 });
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('is the row where the running sum of weights passes u', () => {
    fc.assert(
      fc.property(weights, unit, (given, u) => {
        const rows = given.map((_, i) => i * 3);
        const total = given.reduce((sum, weight) => sum + weight, 0);
        let sum = 0;
        const expected = given.findIndex((weight) => (sum += weight) > u * total);
        const drawn = drawFrom(
          lotOf(rows, (row) => given[row / 3]),
          u,
        );
        expect(Math.abs(drawn / 3 - expected)).toBeLessThanOrEqual(new Set(given).size === 1 ? 1 : 0);
      }),
    );
  });
});
