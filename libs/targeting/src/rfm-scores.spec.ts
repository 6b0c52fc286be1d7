import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { independentRfm, nestedRfm, rfmByCuts, rfmByThresholds, rfmCuts, RfmMeasures, RfmScore, rfmThresholds } from './rfm-scores.js';
import { rfmSegment } from './rfm-segments.js';

fc.configureGlobal({ seed: 1 });

const DATA = process.env.BOUCLE_DATA_DIR ?? './data';
const orders = join(DATA, 'rfm', 'rfm_data_orders.csv.gz');
const golden = join(DATA, 'golden', 'rfm_orders_expected.csv');

(existsSync(orders) && existsSync(golden) ? describe : describe.skip)(
  `RFM of recorded orders (skipped where ${orders} does not exist)`,
  () => {
    it('has by thresholds the cut points and all 995 scores of the R package', () => {
      const day = (date: string): number => Date.parse(date) / 86_400_000;
      const clients = new Map<string, RfmMeasures>();
      for (const line of gunzipSync(readFileSync(orders)).toString().trim().split('\n').slice(1)) {
        const [, client, date, revenue] = /^"([^"]*)",([\d-]+),(\d+),/.exec(line)!;
        const { recency, frequency, monetary } = clients.get(client) ?? { recency: Infinity, frequency: 0, monetary: 0 };
        const days = Math.min(recency, day('2006-12-31') - day(date));
        clients.set(client, { recency: days, frequency: frequency + 1, monetary: monetary + Number(revenue) });
      }
      const thresholds = rfmThresholds([...clients.values()]);
      expect(thresholds.recency.map((end) => Number(end.toFixed(1)))).toEqual([115, 181, 297.4, 482]);
      expect(thresholds.frequency).toEqual([4, 5, 6, 8]);
      expect(thresholds.monetary.map((end) => Number(end.toFixed(1)))).toEqual([255.8, 382, 506.4, 666]);

      const expected = readFileSync(golden, 'utf8').trim().split('\n').slice(1);
      expect(expected).toHaveLength(995);
      const scored = expected.map((row) => {
        const client = row.split(',')[0];
        const own = clients.get(client)!;
        const { r, f, m } = rfmByThresholds(own, thresholds);
        return [client, own.recency, own.frequency, own.monetary, r, f, m].join(',');
      });
      expect(scored).toEqual(expected);

      const names = new Map<string | null, number>();
      for (const own of clients.values()) {
        const name = rfmSegment(rfmByThresholds(own, thresholds));
        names.set(name, (names.get(name) ?? 0) + 1);
      }
      expect(Object.fromEntries(names)).toEqual({
        ...{ 'Potential loyalists': 342, Loyal: 170, Lost: 148, New: 104, 'About to sleep': 102 },
        ...{ "Can't lose them": 47, Champions: 35, 'At risk': 28, 'Need attention': 10, Promising: 9 },
      });
    });
  },
);

const measure: fc.Arbitrary<RfmMeasures> = fc.record({
  recency: fc.integer({ min: 0, max: 30 }),
  frequency: fc.integer({ min: 1, max: 8 }),
  monetary: fc.integer({ min: 0, max: 5_000 }),
});
const base = fc.array(measure, { minLength: 1, maxLength: 60 });

const sizes = (scores: readonly RfmScore[], key: keyof RfmScore): number[] =>
  [1, 2, 3, 4, 5].map((score) => scores.filter((own) => own[key] === score).length);

describe('RFM', () => {
  it.each([
    ['independent', independentRfm],
    ['nested', nestedRfm],
  ])('%s, by id, cuts into fifths whose sizes differ by one at most', (_, rfm) => {
    fc.assert(
      fc.property(base, (measures) => {
        const r = sizes(rfm(measures, 'by-id').scores, 'r');
        expect(Math.max(...r) - Math.min(...r)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('nested, by id, cuts into 125 cells of one size', () => {
    const measures = fc.sample(measure, { numRuns: 1_000, seed: 3 });
    const cells = new Map<string, number>();
    for (const { r, f, m } of nestedRfm(measures, 'by-id').scores) cells.set(`${r}${f}${m}`, (cells.get(`${r}${f}${m}`) ?? 0) + 1);
    expect(cells.size).toBe(125);
    expect(new Set(cells.values())).toEqual(new Set([8]));
  });

  it('does not change if amounts are rescaled', () => {
    fc.assert(
      fc.property(
        base,
        fc.integer({ min: 2, max: 1_000 }),
        fc.constantFrom('shared' as const, 'by-id' as const),
        (measures, factor, ties) => {
          const rescaled = measures.map((one) => ({ ...one, monetary: factor * one.monetary }));
          expect(independentRfm(rescaled, ties)).toEqual(independentRfm(measures, ties));
          expect(nestedRfm(rescaled, ties)).toEqual(nestedRfm(measures, ties));
        },
      ),
    );
  });

  it('never lowers the score of who improves, nor tells apart who is the same', () => {
    const better = fc.record({
      recency: fc.integer({ min: 0, max: 10 }),
      frequency: fc.integer({ min: 0, max: 5 }),
      monetary: fc.integer({ min: 0, max: 3_000 }),
    });
    fc.assert(
      fc.property(base, better, fc.nat(), fc.constantFrom('shared' as const, 'by-id' as const), (measures, by, nth, ties) => {
        const who = nth % measures.length;
        const { recency, frequency, monetary } = measures[who];
        const improved = { recency: recency - by.recency, frequency: frequency + by.frequency, monetary: monetary + by.monetary };
        const before = independentRfm(measures, ties).scores[who];
        const after = independentRfm(measures.with(who, improved), ties).scores[who];
        for (const key of ['r', 'f', 'm'] as const) expect(after[key]).toBeGreaterThanOrEqual(before[key]);

        const { scores } = independentRfm([...measures, measures[who]], 'shared');
        expect(scores[who]).toEqual(scores[measures.length]);
      }),
    );
  });

  it('scores by stored cut points as it does over the whole list', () => {
    fc.assert(
      fc.property(base, (measures) => {
        const column = (of: (one: RfmMeasures) => number): Float64Array => Float64Array.from(measures, of);
        const { cuts, tiedShare } = rfmCuts({
          recency: column(({ recency }) => recency),
          frequency: column(({ frequency }) => frequency),
          monetary: column(({ monetary }) => monetary),
        });
        const whole = independentRfm(measures, 'shared');
        expect(measures.map((one) => rfmByCuts(one, cuts))).toEqual(whole.scores);
        expect(tiedShare).toBe(whole.tiedShare);
      }),
    );
  });

  it('says how much of it ties decided', () => {
    const all = (n: number, of: (at: number) => number): RfmMeasures[] =>
      Array.from({ length: n }, (_, at) => ({ recency: of(at), frequency: of(at), monetary: of(at) }));
    expect(
      independentRfm(
        all(10, () => 1),
        'shared',
      ).tiedShare,
    ).toBe(1);
    expect(
      independentRfm(
        all(10, (at) => at),
        'shared',
      ).tiedShare,
    ).toBe(0);
    // two by two, five pairs: no pair lies on a border
    expect(
      independentRfm(
        all(10, (at) => Math.floor(at / 2)),
        'by-id',
      ).tiedShare,
    ).toBe(0);
    expect(independentRfm([], 'shared')).toEqual({ scores: [], tiedShare: 0 });
  });
});
