import { baselinesOf } from './market.js';
import { cents, numberIn } from './money.js';
import { nearest } from '@boucle/importing';

describe('money', () => {
  it.each([
    [0.1, 10],
    [1.005, 101],
    [0.285, 29],
    [29.99, 2999],
    [1e-7, 0],
    [0, 0],
    [1234567.891, 123456789],
  ])('%d is %d cents', (amount, expected) => expect(cents(amount)).toBe(expected));

  it.each(['1,5', '$3', '0x10', '', 'Infinity', '1e999', '1 000', '.'])('%s is no number', (text) => expect(numberIn(text)).toBeNull());

  it.each([
    ['12.', 12],
    ['.5', 0.5],
    ['-1e2', -100],
  ] as const)('%s is %d', (text, value) => expect(numberIn(text)).toBe(value));
});

describe('the nearest name', () => {
  it('is the one with the fewest edits', () => expect(nearest('segmnet', ['segment', 'recency'])).toBe('segment'));
  it('does not mind upper and lower case', () => expect(nearest('SEGMENT', ['segment'])).toBe('segment'));
  it('is none if all are far', () => expect(nearest('spend', ['segment', 'recency'])).toBeNull());
  it('is none of none', () => expect(nearest('spend', [])).toBeNull());
});

describe('baselines', () => {
  const arms = ['A', 'B', 'C'].map((name) => ({ name, channel: 'email' as const, cost: 0, margin: 0 }));
  it('name the first by name among equals', () => {
    expect(baselinesOf(arms, [0.1, 0.2, 0.2])).toEqual({ uniform: expect.closeTo(0.5 / 3), best: { arm: 'B', rate: 0.2 } });
  });
});
