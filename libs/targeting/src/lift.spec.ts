import fc from 'fast-check';
import { wilson } from './intervals.js';
import { liftOverHoldOut, type LiftDecision } from './lift.js';

fc.configureGlobal({ seed: 1 });

/** y of n decisions with an outcome, each on a client of its own. */
const group = (wave: number, heldOut: boolean, n: number, y: number, client = `${wave}-${heldOut}`): LiftDecision[] =>
  Array.from({ length: n }, (_, i) => ({ client: `${client}-${i}`, wave, heldOut, outcome: i < y ? 1 : 0 }));

const someDecisions = fc.array(
  fc.record({
    client: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
    wave: fc.integer({ min: 1, max: 3 }),
    heldOut: fc.boolean(),
    outcome: fc.constantFrom<0 | 1>(0, 1),
  }),
  { minLength: 1, maxLength: 300 },
);

/** The formulas word for word, for waves that need no merging. */
function wordForWord(decisions: LiftDecision[]) {
  const waves = [...new Set(decisions.map(({ wave }) => wave))];
  const clients = [...new Set(decisions.map(({ client }) => client))];
  const of = (held: boolean, wave?: number) => decisions.filter((d) => d.heldOut === held && (wave === undefined || d.wave === wave));
  const sum = (values: number[]) => values.reduce((total, x) => total + x, 0);
  const y = (rows: LiftDecision[]) => sum(rows.map(({ outcome }) => outcome));
  const n1 = of(false).length;
  const w = (g: number) => of(false, g).length / n1;
  const a1 = y(of(false)) / n1;
  const a0 = sum(waves.map((g) => (w(g) * y(of(true, g))) / of(true, g).length));
  const v1 = sum(
    clients.map(
      (i) =>
        sum(
          of(false)
            .filter((d) => d.client === i)
            .map((d) => (d.outcome - a1) / n1),
        ) ** 2,
    ),
  );
  const deviation = (d: LiftDecision) => (w(d.wave) / of(true, d.wave).length) * (d.outcome - a0);
  const v0 = sum(
    clients.map(
      (i) =>
        sum(
          of(true)
            .filter((d) => d.client === i)
            .map(deviation),
        ) ** 2,
    ),
  );
  const most0 = 1 / sum(waves.map((g) => w(g) ** 2 / of(true, g).length));
  const one = wilson(a1, v1 === 0 ? n1 : Math.min(n1, (a1 * (1 - a1)) / v1));
  const none = wilson(a0, v0 === 0 ? most0 : Math.min(most0, (a0 * (1 - a0)) / v0));
  const lift = a1 - a0;
  return {
    lift,
    low: lift - Math.sqrt((a1 - one.low) ** 2 + (none.high - a0) ** 2),
    high: lift + Math.sqrt((one.high - a1) ** 2 + (a0 - none.low) ** 2),
  };
}

describe('lift over the hold-out', () => {
  it("is Newcombe's interval for one wave of single decisions", () => {
    // Newcombe 1998, Statistics in Medicine 17:873, table II, method 10, contrast (a): 56/70 - 48/80, 95% interval .0524 to .3339
    const lift = liftOverHoldOut([...group(1, false, 70, 56), ...group(1, true, 80, 48)])!;
    expect(lift).toMatchObject({ treated: 0.8, heldOut: 0.6, n1: 70, n0: 80 });
    expect(lift.lift).toBeCloseTo(0.2, 12);
    expect(lift.low).toBeCloseTo(0.0524, 4);
    expect(lift.high).toBeCloseTo(0.3339, 4);
  });

  it('weights the hold-out by the waves of the treated, so that a season is no lift', () => {
    // both groups answer alike in each wave, but most of the hold-out falls into the good season
    const lift = liftOverHoldOut([
      ...group(1, false, 900, 90),
      ...group(1, true, 100, 10),
      ...group(2, false, 100, 50),
      ...group(2, true, 900, 450),
    ])!;
    expect(lift.lift).toBeCloseTo(0, 12);
    expect(lift.heldOut).toBeCloseTo(0.14, 12);
  });

  it('follows the formulas word for word, repeated clients included', () => {
    fc.assert(
      fc.property(someDecisions, (decisions) => {
        const all = [...decisions, ...[1, 2, 3].flatMap((g) => [...group(g, false, 5, 1), ...group(g, true, 20, 3, 'h')])];
        const lift = liftOverHoldOut(all)!;
        const expected = wordForWord(all);
        expect(lift.lift).toBeCloseTo(expected.lift, 12);
        expect(lift.low).toBeCloseTo(expected.low, 10);
        expect(lift.high).toBeCloseTo(expected.high, 10);
        expect(liftOverHoldOut(new Set(all))).toEqual(lift);
      }),
      { numRuns: 50 },
    );
  });

  it('is wider when the same clients answer again and again', () => {
    const waves = [1, 2, 3, 4];
    const own = waves.flatMap((g) => [...group(g, false, 500, 50), ...group(g, true, 100, 10)]);
    const same = waves.flatMap((g) => [...group(g, false, 500, 50, 'treated'), ...group(g, true, 100, 10, 'held')]);
    const [single, clustered] = [liftOverHoldOut(own)!, liftOverHoldOut(same)!];
    expect(clustered.lift).toBeCloseTo(single.lift, 12);
    // four identical answers per client carry the information of one
    expect((clustered.high - clustered.low) / (single.high - single.low)).toBeGreaterThan(1.8);
  });

  it('merges waves with fewer than 20 held out into the next, the last into the one before', () => {
    const parts: [number, number][] = [
      [30, 9],
      [12, 1],
      [7, 5],
      [25, 2],
      [19, 11],
    ];
    const split = parts.flatMap(([n, y], g) => [...group(g + 1, false, 100 * (g + 1), 10), ...group(g + 1, true, n, y)]);
    const strata = [1, 2, 2, 2, 2]; // 30 | 12 + 7 + 25 | and 19, too few, goes back
    const merged = split.map((d) => ({ ...d, wave: strata[d.wave - 1] }));
    const [a, b] = [liftOverHoldOut(split)!, liftOverHoldOut(merged)!];
    for (const field of ['lift', 'low', 'high'] as const) expect(a[field]).toBeCloseTo(b[field], 12);
    expect(liftOverHoldOut([...split].reverse())!.lift).toBeCloseTo(a.lift, 12);
    const few = [...group(1, false, 50, 5), ...group(1, true, 4, 1), ...group(2, false, 50, 5), ...group(2, true, 6, 1)];
    expect(liftOverHoldOut(few)!.heldOut).toBeCloseTo(0.2, 12);
  });

  it('keeps rates of 0 and 1 inside their bounds', () => {
    for (const y of [0, 1]) {
      for (let held = 20; held < 120; held++) {
        const waves = [23, 27, 46].flatMap((n, g) => [...group(g, false, n, n * y), ...group(g, true, held, held * y)]);
        const lift = liftOverHoldOut(waves)!;
        expect(lift).toMatchObject({ treated: y, heldOut: y, lift: 0 });
        expect(lift.low).toBeLessThan(0);
        expect(lift.high).toBeGreaterThan(0);
        expect(lift.high - lift.low).toBeLessThan(0.2);
      }
    }
  });

  it('is null when nobody is held out or nobody treated', () => {
    expect(liftOverHoldOut([])).toBeNull();
    expect(liftOverHoldOut(group(1, false, 10, 2))).toBeNull();
    expect(liftOverHoldOut(group(1, true, 10, 2))).toBeNull();
  });

  it('takes 300,000 decisions', () => {
    const decisions = Array.from({ length: 300_000 }, (_, i): LiftDecision => {
      return { client: `client-${i % 60_000}`, wave: Math.floor(i / 60_000), heldOut: i % 10 === 0, outcome: i % 17 === 0 ? 1 : 0 };
    });
    expect(liftOverHoldOut(decisions)).toMatchObject({ n1: 270_000, n0: 30_000 });
  });
});
