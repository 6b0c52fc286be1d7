import fc from 'fast-check';
import { addCount, emptyCounts, type Counts } from './counts.js';
import { randomStream } from './random.js';
import { twoWayFit } from './two-way-fit.js';
import type { Spread } from './two-way-model.js';
import { CELL_SPREADS, INTERACTION_SPREADS, twoWayPosterior } from './two-way-posterior.js';

fc.configureGlobal({ seed: 1 });

/** Random counts with some empty places; rates between .02 and .6. */
const someCounts = (most: { waves: number; cells: number; arms: number }) =>
  fc
    .record({
      waves: fc.integer({ min: 1, max: most.waves }),
      cells: fc.integer({ min: 1, max: most.cells }),
      arms: fc.integer({ min: 2, max: most.arms }),
      seed: fc.integer(),
    })
    .map(({ waves, cells, arms, seed }) => {
      const random = randomStream('counts', seed);
      const counts = emptyCounts(waves, cells, arms);
      for (let i = 0; i < counts.n.length; i++) {
        if (random.uniform() < 0.15) continue;
        counts.n[i] = 1 + Math.floor(200 * random.uniform());
        const rate = 0.02 + 0.58 * random.uniform() ** 2;
        for (let j = 0; j < counts.n[i]; j++) counts.s[i] += Number(random.uniform() < rate);
      }
      return counts;
    });

const someSpread = fc.record({ cells: fc.constantFrom(...CELL_SPREADS), interactions: fc.constantFrom(...INTERACTION_SPREADS) });

/** The same model solved with all parameters in one dense matrix. */
function dense({ waves, cells, arms, n, s }: Counts, spread: Spread) {
  const size = arms + waves + cells + cells * arms;
  const precision = Array.from({ length: size }, (_, i) => {
    if (i < arms + waves) return i >= 1 && i <= arms ? 1 : 1 / 9;
    return (i < arms + waves + cells ? spread.cells : spread.interactions) ** -2;
  });
  const rows = Array.from(n, (_, at) => {
    const k = at % arms;
    const c = Math.floor(at / arms) % cells;
    const g = Math.floor(at / (arms * cells));
    const used = [0, 1 + k, arms + waves + c, arms + waves + cells + c * arms + k];
    return g > 0 ? [...used, arms + g] : used;
  });
  const mode = new Array<number>(size).fill(0);
  const height = (x: number[]) =>
    rows.reduce((sum, used, at) => {
      const logit = used.reduce((total, i) => total + x[i], 0);
      return sum + s[at] * logit - n[at] * Math.log(1 + Math.exp(logit));
    }, 0) -
    precision.reduce((sum, p, i) => sum + p * x[i] ** 2, 0) / 2;
  const bend = () => {
    const gradient = precision.map((p, i) => -p * mode[i]);
    const hessian = precision.map((p, i) => precision.map((_, j) => (i === j ? p : 0)));
    rows.forEach((used, at) => {
      const p = 1 / (1 + Math.exp(-used.reduce((total, i) => total + mode[i], 0)));
      used.forEach((i) => {
        gradient[i] += s[at] - n[at] * p;
        used.forEach((j) => (hessian[i][j] += n[at] * p * (1 - p)));
      });
    });
    return { gradient, hessian };
  };
  for (let step = 0; step < 200; step++) {
    const { gradient, hessian } = bend();
    const move = solve(hessian, gradient).x;
    const longest = Math.max(...move.map(Math.abs));
    move.forEach((x, i) => (mode[i] += x * Math.min(1, 0.5 / longest)));
    if (longest < 1e-13) break;
  }
  const { hessian } = bend();
  const logPrecision = precision.reduce((sum, p) => sum + Math.log(p), 0);
  return { mode, hessian, evidence: height(mode) + logPrecision / 2 - solve(hessian, mode).logDeterminant / 2 };
}

/** Gaussian elimination. */
function solve(matrix: number[][], right: number[]) {
  const a = matrix.map((row, i) => [...row, right[i]]);
  let logDeterminant = 0;
  for (let i = 0; i < a.length; i++) {
    logDeterminant += Math.log(a[i][i]);
    for (let j = i + 1; j < a.length; j++) {
      const factor = a[j][i] / a[i][i];
      if (factor !== 0) for (let k = i; k <= a.length; k++) a[j][k] -= factor * a[i][k];
    }
  }
  const x = new Array<number>(a.length).fill(0);
  for (let i = a.length - 1; i >= 0; i--)
    x[i] = (a[i][a.length] - x.reduce((sum, value, j) => sum + (j > i ? a[i][j] * value : 0), 0)) / a[i][i];
  return { x, logDeterminant };
}

const flat = (counts: Counts, spread: Spread) => {
  const { mode } = twoWayFit(counts, spread);
  return [...mode.theta, ...mode.gamma, ...mode.delta];
};
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);

describe('two-way fit', () => {
  it('equals the dense solution: modes to 1e-10, evidence to 1e-6', () => {
    fc.assert(
      fc.property(someCounts({ waves: 4, cells: 4, arms: 4 }), someSpread, (counts, spread) => {
        const fit = twoWayFit(counts, spread);
        const oracle = dense(counts, spread);
        expect(worst(flat(counts, spread), oracle.mode)).toBeLessThan(1e-10);
        expect(Math.abs(fit.evidence - oracle.evidence)).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('is a logistic posterior per arm with one cell and one wave', () => {
    const counts = emptyCounts(1, 1, 2);
    addCount(counts, 0, 0, 0, 100_000, 12_000);
    addCount(counts, 0, 0, 1, 100_000, 9_000);
    const { theta, gamma, delta } = twoWayFit(counts, { cells: 0.3, interactions: 0.1 }).mode;
    const rate = (k: number) => 1 / (1 + Math.exp(-(theta[0] + theta[1 + k] + gamma[0] + delta[k])));
    expect(rate(0)).toBeCloseTo(0.12, 4);
    expect(rate(1)).toBeCloseTo(0.09, 4);
  });

  it('does not let an empty cell change anything elsewhere', () => {
    fc.assert(
      fc.property(someCounts({ waves: 3, cells: 3, arms: 4 }), someSpread, (counts, spread) => {
        const { waves, cells, arms } = counts;
        const wider = emptyCounts(waves, cells + 1, arms);
        counts.n.forEach((n, at) => {
          const wave = Math.floor(at / (cells * arms));
          addCount(wider, wave, Math.floor(at / arms) % cells, at % arms, n, counts.s[at]);
        });
        const [narrow, wide] = [twoWayFit(counts, spread), twoWayFit(wider, spread)];
        expect(worst(narrow.mode.theta, wide.mode.theta)).toBeLessThan(1e-9);
        expect(worst(narrow.mode.delta, wide.mode.delta)).toBeLessThan(1e-9);
        expect(wide.evidence).toBeCloseTo(narrow.evidence, 6);
        expect(wide.mode.gamma[cells]).toBeCloseTo(0, 12);
      }),
      { numRuns: 40 },
    );
  });

  it('permutes with its cells and arms', () => {
    fc.assert(
      fc.property(someCounts({ waves: 3, cells: 4, arms: 4 }), someSpread, (counts, spread) => {
        const { waves, cells, arms } = counts;
        const [cellTo, armTo] = [(c: number) => (c + 1) % cells, (k: number) => arms - 1 - k];
        const turned = emptyCounts(waves, cells, arms);
        counts.n.forEach((n, at) => {
          addCount(turned, Math.floor(at / (cells * arms)), cellTo(Math.floor(at / arms) % cells), armTo(at % arms), n, counts.s[at]);
        });
        const [a, b] = [twoWayFit(counts, spread), twoWayFit(turned, spread)];
        a.mode.gamma.forEach((x, c) => expect(b.mode.gamma[cellTo(c)]).toBeCloseTo(x, 9));
        a.mode.delta.forEach((x, at) => expect(b.mode.delta[cellTo(Math.floor(at / arms)) * arms + armTo(at % arms)]).toBeCloseTo(x, 9));
        expect(b.evidence).toBeCloseTo(a.evidence, 6);
      }),
      { numRuns: 40 },
    );
  });

  it('gives every cell the same order of arms as interactions vanish', () => {
    fc.assert(
      fc.property(someCounts({ waves: 2, cells: 4, arms: 4 }), (counts) => {
        const { theta, delta } = twoWayFit(counts, { cells: 0.6, interactions: 1e-6 }).mode;
        expect(worst(delta, new Float64Array(delta.length))).toBeLessThan(1e-8);
        const effects = theta.slice(1, 1 + counts.arms);
        const order = (c: number) =>
          Array.from(effects, (beta, k) => ({ k, value: beta + delta[c * counts.arms + k] }))
            .sort((a, b) => b.value - a.value)
            .map(({ k }) => k);
        const gaps = [...effects].sort((a, b) => a - b).map((x, i, all) => (i > 0 ? x - all[i - 1] : 1));
        fc.pre(Math.min(...gaps) > 1e-6);
        for (let c = 1; c < counts.cells; c++) expect(order(c)).toEqual(order(0));
      }),
      { numRuns: 40 },
    );
  });

  it('blames a base rate that moves between waves on omega, not on the arms', () => {
    const at = (logit: number) => 1 / (1 + Math.exp(-logit));
    const fit = (move: number) => {
      const counts = emptyCounts(2, 1, 2);
      addCount(counts, 0, 0, 0, 50_000, 50_000 * at(-2.2));
      addCount(counts, 0, 0, 1, 50_000, 50_000 * at(-2.0));
      addCount(counts, 1, 0, 0, 10_000, 10_000 * at(-2.2 + move));
      addCount(counts, 1, 0, 1, 90_000, 90_000 * at(-2.0 + move));
      const { theta, delta } = twoWayFit(counts, { cells: 0.3, interactions: 0.02 }).mode;
      return { arms: theta[2] + delta[1] - theta[1] - delta[0], omega: theta[3] };
    };
    for (const move of [-0.7, 0.7]) {
      expect(fit(move).omega - fit(0).omega).toBeCloseTo(move, 2);
      expect(fit(move).arms - fit(0).arms).toBeCloseTo(0, 2);
    }
  });

  const degenerate: [string, (counts: Counts) => void][] = [
    ['no data', () => {}],
    [
      'all responses',
      (counts) => counts.n.forEach((_, at) => addCount(counts, Math.floor(at / 6), Math.floor(at / 3) % 2, at % 3, 500, 500)),
    ],
    ['no responses', (counts) => counts.n.forEach((_, at) => addCount(counts, Math.floor(at / 6), Math.floor(at / 3) % 2, at % 3, 500, 0))],
    ['an arm never assigned', (counts) => [0, 1].forEach((k) => addCount(counts, 0, 0, k, 300, 30))],
    ['separation', (counts) => [0, 1, 2].forEach((k) => addCount(counts, 1, 1, k, 400, k === 1 ? 400 : 0))],
    [
      '1e7 contacts next to 10',
      (counts) => {
        addCount(counts, 0, 0, 0, 1e7, 1e6);
        addCount(counts, 1, 1, 1, 10, 9);
      },
    ],
  ];
  it.each(degenerate)('stays finite and ends in at most 11 steps with %s', (_, fill) => {
    const counts = emptyCounts(2, 2, 3);
    fill(counts);
    for (const cells of CELL_SPREADS) {
      for (const interactions of INTERACTION_SPREADS) {
        const fit = twoWayFit(counts, { cells, interactions });
        expect(fit.steps).toBeLessThanOrEqual(11);
        expect([fit.evidence, ...fit.mode.theta, ...fit.mode.gamma, ...fit.mode.delta].every(Number.isFinite)).toBe(true);
      }
    }
    const draws = twoWayPosterior(counts).draw(randomStream('degenerate'), 200);
    expect(draws.every((draw) => draw.every((rate) => rate >= 0 && rate <= 1))).toBe(true);
  });

  it('ends soon on wild counts: up to 1e8 contacts, rates anywhere', () => {
    const random = randomStream('wild');
    for (let run = 0; run < 400; run++) {
      const upTo = (most: number) => Math.floor(most * random.uniform());
      const counts = emptyCounts(1 + upTo(4), 1 + upTo(4), 2 + upTo(4));
      for (let i = 0; i < counts.n.length; i++) {
        counts.n[i] = Math.floor(10 ** (8 * random.uniform()));
        counts.s[i] = Math.floor(counts.n[i] * Math.min(1, 1.4 * random.uniform() ** 3));
      }
      for (const [cells, interactions] of [
        [0.1, 0.02],
        [0.3, 0.2],
        [1.2, 0.8],
      ])
        expect(twoWayFit(counts, { cells, interactions }).steps).toBeLessThan(40);
    }
  });
});

describe('two-way posterior', () => {
  it('draws with the mean and the covariance of the dense mixture', () => {
    const counts = emptyCounts(3, 2, 2);
    [
      [300, 40],
      [280, 20],
      [150, 9],
      [170, 21],
      [500, 90],
      [100, 5],
      [300, 30],
      [90, 4],
      [60, 12],
      [0, 0],
      [40, 9],
      [400, 70],
    ].forEach(([n, s], at) => addCount(counts, Math.floor(at / 4), Math.floor(at / 2) % 2, at % 2, n, s));
    const posterior = twoWayPosterior(counts);
    const byWave = [900, 990, 500].map((n) => n / 2390);
    // rows of the map from all parameters to the four logits at the average wave
    const rows = [0, 1, 2, 3].map((at) => {
      const row = new Array<number>(2 + 3 + 2 + 4).fill(0);
      [0, 1 + (at % 2), 5 + Math.floor(at / 2), 7 + at].forEach((i) => (row[i] = 1));
      [row[3], row[4]] = [byWave[1], byWave[2]];
      return row;
    });
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i], 0);
    const parts = CELL_SPREADS.flatMap((cells) =>
      INTERACTION_SPREADS.map((interactions) => {
        const { mode, hessian, evidence } = dense(counts, { cells, interactions });
        return {
          evidence,
          means: rows.map((row) => dot(row, mode)),
          cover: rows.map((row) => rows.map((other) => dot(other, solve(hessian, row).x))),
        };
      }),
    );
    const best = Math.max(...parts.map(({ evidence }) => evidence));
    const total = parts.reduce((sum, { evidence }) => sum + Math.exp(evidence - best), 0);
    const weights = parts.map(({ evidence }) => Math.exp(evidence - best) / total);
    expect(worst(posterior.weights, weights)).toBeLessThan(1e-6);

    const mean = rows.map((_, i) => parts.reduce((sum, { means }, m) => sum + weights[m] * means[i], 0));
    const size = 40_000;
    const logits = posterior.draw(randomStream('moments'), size).map((draw) => Array.from(draw, (p) => Math.log(p / (1 - p))));
    for (let i = 0; i < 4; i++) {
      for (let j = 0; j <= i; j++) {
        const expected = parts.reduce(
          (sum, { means, cover }, m) => sum + weights[m] * (cover[i][j] + (means[i] - mean[i]) * (means[j] - mean[j])),
          0,
        );
        const drawn = logits.reduce((sum, x) => sum + (x[i] - mean[i]) * (x[j] - mean[j]), 0) / size;
        const scale = Math.sqrt(logits.reduce((sum, x) => sum + ((x[i] - mean[i]) * (x[j] - mean[j]) - drawn) ** 2, 0) / size / size);
        expect(Math.abs(drawn - expected)).toBeLessThan(4.5 * scale);
        if (i === j)
          expect(Math.abs(logits.reduce((sum, x) => sum + x[i], 0) / size - mean[i])).toBeLessThan(4.5 * Math.sqrt(expected / size));
      }
    }
  });

  it('answers the same key with the same draws', () => {
    const counts = emptyCounts(2, 2, 2);
    addCount(counts, 0, 1, 1, 50, 8);
    const draw = () =>
      twoWayPosterior(counts)
        .draw(randomStream('seed', 7), 5)
        .map((rates) => [...rates]);
    expect(draw()).toEqual(draw());
  });

  it('believes the arms equal when it has seen nothing', () => {
    const draws = twoWayPosterior(emptyCounts(1, 1, 2)).draw(randomStream('nothing'), 4_000);
    const ahead = draws.filter(([first, second]) => first > second).length / draws.length;
    expect(Math.abs(ahead - 0.5)).toBeLessThan(0.035);
  });

  it('refuses impossible counts', () => {
    const counts = emptyCounts(1, 1, 2);
    addCount(counts, 0, 0, 0, 10, 11);
    expect(() => twoWayPosterior(counts)).toThrow(new RangeError('11 responses to 10 contacts at index 0'));
    expect(() => twoWayPosterior({ ...emptyCounts(1, 1, 2), cells: 3 })).toThrow(
      '1 waves x 3 cells x 2 arms do not fit 2 contacts and 2 responses',
    );
    expect(() => addCount(counts, 1, 0, 0, 1, 0)).toThrow('wave 1, cell 0, arm 0 is outside 1 x 1 x 2');
  });
});
