import fc from 'fast-check';
import { association } from './association.js';
import { ItemCounts, PairsOfItems } from './pair-counts.js';

fc.configureGlobal({ seed: 1 });

describe('association', () => {
  const counts = fc
    .record({ both: fc.nat(200), onlyA: fc.nat(300), onlyB: fc.nat(300), neither: fc.nat(2_000) })
    .filter(({ both, onlyA, onlyB }) => both + onlyA > 0 && both + onlyB > 0)
    .map(({ both, onlyA, onlyB, neither }) => ({ baskets: both + onlyA + onlyB + neither, a: both + onlyA, b: both + onlyB, both }));

  it('has a lift and its bound that are the same both ways, the bound below', () => {
    fc.assert(
      fc.property(counts, (given) => {
        const there = association(given);
        const back = association({ ...given, a: given.b, b: given.a });
        expect(back.lift).toBeCloseTo(there.lift, 12);
        expect(back.liftLow).toBeCloseTo(there.liftLow, 12);
        expect(back.leverage).toBeCloseTo(there.leverage, 12);
        expect(there.liftLow).toBeLessThanOrEqual(there.lift);
        if (Math.abs(there.leverage) > 1e-12) expect(there.leverage > 0).toBe(there.lift > 1);
      }),
    );
  });

  it('is one by chance, and hardly believes a few', () => {
    expect(association({ baskets: 1_000, a: 100, b: 200, both: 20 })).toMatchObject({
      lift: expect.closeTo(1),
      leverage: expect.closeTo(0),
    });
    const few = association({ baskets: 10_000, a: 10, b: 10, both: 1 });
    expect(few.lift).toBeCloseTo(100, 9);
    expect(few.liftLow).toBeLessThan(3);
    const many = association({ baskets: 10_000, a: 1_000, b: 1_000, both: 500 });
    expect(many).toMatchObject({ support: 0.05, confidence: 0.5, lift: expect.closeTo(5) });
    expect(many.liftLow).toBeGreaterThan(4.5);
    expect(association({ baskets: 10, a: 2, b: 2, both: 0 })).toMatchObject({ lift: 0, liftLow: 0 });
  });

  it('refuses counts that cannot be', () => {
    expect(() => association({ baskets: 10, a: 2, b: 2, both: 3 })).toThrow(RangeError);
    expect(() => association({ baskets: 10, a: 0, b: 2, both: 0 })).toThrow(RangeError);
    expect(() => association({ baskets: 10, a: 11, b: 2, both: 0 })).toThrow(RangeError);
  });

  it('is counted over baskets as one would by hand', () => {
    const basket = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(basket, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (baskets, fewest) => {
        const single = new ItemCounts();
        for (const items of baskets) single.add(new Set(items));
        const pairs = new PairsOfItems(single.frequent(fewest, 5), single);
        for (const items of baskets) pairs.add(new Set(items));
        const found = [...pairs.pairs(fewest)];
        const having = (...items: string[]): number => baskets.filter((one) => items.every((item) => one.includes(item))).length;
        for (const { itemA, itemB, ...counted } of found)
          expect(counted).toEqual({ baskets: baskets.length, a: having(itemA), b: having(itemB), both: having(itemA, itemB) });
        const letters = single.frequent(fewest, 5);
        const expected = letters.flatMap((a, at) => letters.slice(at + 1).filter((b) => having(a, b) >= fewest));
        expect(found).toHaveLength(expected.length);
      }),
    );
  });
});
