import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aliveProbability, bgNbdLogLikelihood, BuyingPattern, expectedPurchases, expectedPurchasesOfNew, fitBgNbd } from './bg-nbd.js';
import { bestFirst, deciles, gini, topShare } from './concentration.js';
import { expectedSpending, fitGammaGamma, Spending } from './gamma-gamma.js';
import { lifetimeValue } from './lifetime-value.js';
import { independentRfm, RfmMeasures } from './rfm-scores.js';

const DATA = process.env.BOUCLE_DATA_DIR ?? './data';
const folder = join(DATA, 'cdnow');
const golden = join(DATA, 'golden', 'cdnow_bgnbd.json');

const CALIBRATION_END = Date.UTC(1997, 8, 30) / 86_400_000;

interface Buyer {
  pattern: BuyingPattern;
  spending: Spending;
  /** Monetary in cents. */
  measures: RfmMeasures;
  boughtLater: number;
}

const dayOf = (date: string): number => Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / 86_400_000;

/** Clients in order of id, by weeks, purchases of one day as one. */
const read = (file: string, idColumn: number, dateColumn: number): Buyer[] => {
  const clients = new Map<string, Map<number, number>>();
  for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
    const cells = line.trim().split(/\s+/);
    if (!/^\d+$/.test(cells[0])) continue;
    const days = clients.get(cells[idColumn]) ?? new Map<number, number>();
    const [day, cents] = [dayOf(cells[dateColumn]), Math.round(100 * Number(cells[dateColumn + 2]))];
    clients.set(cells[idColumn], days.set(day, (days.get(day) ?? 0) + cents));
  }
  return [...clients]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, days]) => {
      const bought = [...days].filter(([day]) => day <= CALIBRATION_END).sort(([a], [b]) => a - b);
      const [first, last] = [bought[0][0], bought[bought.length - 1][0]];
      const repeats = bought.length - 1;
      const sum = (amounts: [number, number][]): number => amounts.reduce((total, [, cents]) => total + cents, 0);
      return {
        pattern: { repeats, last: (last - first) / 7, age: (CALIBRATION_END - first) / 7 },
        spending: { purchases: repeats, mean: repeats > 0 ? sum(bought.slice(1)) / 100 / repeats : 0 },
        measures: { recency: CALIBRATION_END - last, frequency: bought.length, monetary: sum(bought) },
        boughtLater: days.size - bought.length,
      };
    });
};

const fifths = (buyers: Buyer[], key: 'r' | 'f' | 'm'): string[] => {
  const { scores } = independentRfm(
    buyers.map(({ measures }) => measures),
    'by-id',
  );
  return [1, 2, 3, 4, 5].map((score) => {
    const those = buyers.filter((_, at) => scores[at][key] === score);
    return (those.filter(({ boughtLater }) => boughtLater > 0).length / those.length).toFixed(4);
  });
};

const monetary = (buyers: Buyer[]): Float64Array => bestFirst(Float64Array.from(buyers, ({ measures }) => measures.monetary));

(existsSync(folder) ? describe : describe.skip)(`the purchases of CDNOW (skipped where ${folder} does not exist)`, () => {
  describe('a tenth of the clients', () => {
    const sample = (): Buyer[] => read('CDNOW_sample.txt', 1, 2);
    let buyers: Buyer[];
    beforeAll(() => (buyers = sample()));

    it('gives the published BG/NBD model and its predictions', () => {
      const fit = fitBgNbd(buyers.map(({ pattern }) => pattern));
      expect(fit).toMatchObject({ clients: 2_357, converged: true });
      expect(fit.r).toBeCloseTo(0.24259, 4);
      expect(fit.alpha).toBeCloseTo(4.4136, 3);
      expect(fit.a).toBeCloseTo(0.79292, 4);
      expect(fit.b).toBeCloseTo(2.42591, 3);
      expect(fit.logLikelihood).toBeCloseTo(-9582.429, 3);
      expect(expectedPurchasesOfNew(fit, 52)).toBeCloseTo(1.44401, 4);
      const frequent = { repeats: 26, last: 30.857142857142858, age: 31 };
      expect(aliveProbability(fit, frequent)).toBeCloseTo(0.96885, 4);
      expect(expectedPurchases(fit, frequent, 52)).toBeCloseTo(25.757, 2);
      const total = buyers.reduce((sum, { pattern }) => sum + expectedPurchases(fit, pattern, 39), 0);
      expect(total).toBeCloseTo(1653.4, 1);
      expect(buyers.reduce((sum, { boughtLater }) => sum + boughtLater, 0)).toBe(1_882);
      const errors = buyers.map(({ pattern, boughtLater }) => Math.abs(boughtLater - expectedPurchases(fit, pattern, 39)));
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeCloseTo(0.7855, 3);
    });

    it('gives the published Gamma-Gamma model and its expectations', () => {
      const fit = fitGammaGamma(buyers.map(({ spending }) => spending));
      expect(fit).toMatchObject({ clients: 946, converged: true });
      expect(fit.p).toBeCloseTo(6.2496, 3);
      expect(fit.q).toBeCloseTo(3.7442, 3);
      expect(fit.v).toBeCloseTo(15.4435, 2);
      expect(fit.logLikelihood).toBeCloseTo(-4055.918, 3);
      const published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17];
      expect(buyers.slice(0, 10).map(({ spending }) => expectedSpending(fit, spending).toFixed(2))).toEqual(
        published.map((spending) => spending.toFixed(2)),
      );
    });

    it('gives Hughes his fifths, and the cells at both ends', () => {
      expect(fifths(buyers, 'r')).toEqual(['0.1144', '0.1380', '0.1780', '0.3694', '0.6518']);
      expect(fifths(buyers, 'f')).toEqual(['0.1123', '0.1274', '0.1695', '0.3715', '0.6709']);
      expect(fifths(buyers, 'm')).toEqual(['0.1250', '0.1571', '0.2288', '0.3482', '0.5924']);
      const { scores, tiedShare } = independentRfm(
        buyers.map(({ measures }) => measures),
        'by-id',
      );
      const cell = (code: number): Buyer[] => buyers.filter((_, at) => 100 * scores[at].r + 10 * scores[at].f + scores[at].m === code);
      const rate = (those: Buyer[]): number => those.filter(({ boughtLater }) => boughtLater > 0).length / those.length;
      expect([cell(555).length, cell(111).length]).toEqual([240, 147]);
      expect(rate(cell(555))).toBeCloseTo(0.7708, 4);
      expect(rate(cell(111))).toBeCloseTo(0.1088, 4);
      expect(tiedShare).toBeCloseTo(0.3067, 4);
    });

    it('has its spending as unevenly spread as is known', () => {
      expect(topShare(monetary(buyers), 0.2)).toBeCloseTo(0.6335, 4);
      expect(deciles(monetary(buyers))[0].share).toBeCloseTo(0.468, 3);
      expect(gini(monetary(buyers))).toBeCloseTo(0.585, 3);
    });
  });

  describe('all clients', () => {
    let buyers: Buyer[];
    beforeAll(() => (buyers = read('CDNOW_master.txt', 0, 1)));

    it('give the reference models', () => {
      const fit = fitBgNbd(buyers.map(({ pattern }) => pattern));
      expect(fit).toMatchObject({ clients: 23_570, converged: true });
      expect(fit.r).toBeCloseTo(0.25162, 4);
      expect(fit.alpha).toBeCloseTo(4.78894, 3);
      expect(fit.a).toBeCloseTo(0.72343, 4);
      expect(fit.b).toBeCloseTo(2.16109, 3);
      expect(fit.logLikelihood).toBeCloseTo(-95_368.444, 3);
      expect(buyers.reduce((sum, { pattern }) => sum + expectedPurchases(fit, pattern, 39), 0)).toBeCloseTo(16_873.7, 0);
      const spending = fitGammaGamma(buyers.map((buyer) => buyer.spending));
      expect(spending.clients).toBe(9_450);
      expect(spending.p).toBeCloseTo(6.2754, 3);
      expect(spending.q).toBeCloseTo(3.6244, 3);
      expect(spending.v).toBeCloseTo(14.9837, 2);
      expect(spending.logLikelihood).toBeCloseTo(-40_763.476, 3);
    });

    it('give Hughes his fifths', () => {
      expect(fifths(buyers, 'r')).toEqual(['0.1356', '0.1555', '0.1748', '0.3485', '0.6829']);
      expect(fifths(buyers, 'f')).toEqual(['0.1373', '0.1436', '0.1585', '0.3876', '0.6703']);
      expect(fifths(buyers, 'm')).toEqual(['0.1336', '0.1731', '0.2319', '0.3594', '0.5993']);
    });

    it('have their spending as unevenly spread as is known', () => {
      expect(topShare(monetary(buyers), 0.2)).toBeCloseTo(0.6291, 4);
      expect(deciles(monetary(buyers))[0].share).toBeCloseTo(0.463, 3);
      expect(gini(monetary(buyers))).toBeCloseTo(0.581, 3);
    });
  });
});

interface Golden {
  params: { bgnbd: [number, number, number, number]; gg: [number, number, number] };
  ll_at_params: number;
  E_X_52_new: number;
  sum_ce39: number;
  sum_pAlive: number;
  customers: { x: number; tx: number; T: number; m: number; pAlive: number; ce39: number; expMonetary: number }[];
}

(existsSync(golden) && existsSync(folder) ? describe : describe.skip)(
  `golden values of CDNOW (skipped where ${golden} does not exist)`,
  () => {
    const load = (): Golden => JSON.parse(readFileSync(golden, 'utf8')) as Golden;

    it('agree for each client, and summed over all', () => {
      const { params, customers, ...sums } = load();
      const [r, alpha, a, b] = params.bgnbd;
      const [p, q, v] = params.gg;
      const model = { r, alpha, a, b };
      for (const { x, tx, T, m, pAlive, ce39, expMonetary } of customers) {
        const pattern = { repeats: x, last: tx, age: T };
        expect(aliveProbability(model, pattern)).toBeCloseTo(pAlive, 10);
        expect(expectedPurchases(model, pattern, 39)).toBeCloseTo(ce39, 10);
        expect(expectedSpending({ p, q, v }, { purchases: x, mean: m })).toBeCloseTo(expMonetary, 6);
      }
      const patterns = read('CDNOW_sample.txt', 1, 2).map(({ pattern }) => pattern);
      const sum = (of: (pattern: BuyingPattern) => number): number => patterns.reduce((total, pattern) => total + of(pattern), 0);
      expect(bgNbdLogLikelihood(model, patterns)).toBeCloseTo(sums.ll_at_params, 7);
      expect(expectedPurchasesOfNew(model, 52)).toBeCloseTo(sums.E_X_52_new, 10);
      expect(sum((pattern) => expectedPurchases(model, pattern, 39))).toBeCloseTo(sums.sum_ce39, 7);
      expect(sum((pattern) => aliveProbability(model, pattern))).toBeCloseTo(sums.sum_pAlive, 7);
    });

    it('sum up to a lifetime value that is the money to expect where nothing is discounted', () => {
      const { params } = load();
      const [r, alpha, a, b] = params.bgnbd;
      const [p, q, v] = params.gg;
      const terms = { periods: 39, period: 1, discountRate: 0, margin: 1, contactCost: 0 };
      let [values, money] = [0, 0];
      for (const { pattern, spending } of read('CDNOW_sample.txt', 1, 2)) {
        const own = expectedSpending({ p, q, v }, spending);
        values += lifetimeValue({ r, alpha, a, b }, pattern, own, terms).value;
        money += own * expectedPurchases({ r, alpha, a, b }, pattern, 39);
      }
      expect(values).toBeCloseTo(money, 6);
      expect(money).toBeGreaterThan(50_000);
    });
  },
);
