import fc from 'fast-check';
import { randomStream } from '@boucle/targeting';
import { kMeans, Points, silhouette } from './k-means.js';

fc.configureGlobal({ seed: 1, numRuns: 50 });

const pointsOf = (rows: readonly (readonly number[])[]): Points => ({ rows: Float64Array.from(rows.flat()), width: rows[0].length });
const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((value, d) => value - b[d]));

/** Three clouds far apart, 40, 30 and 20 points. */
const clouds = (): number[][] => {
  const random = randomStream('clouds');
  const cloud = (n: number, x: number, y: number) => Array.from({ length: n }, () => [x + random.normal(), y + random.normal()]);
  return [...cloud(40, 0, 0), ...cloud(30, 20, 0), ...cloud(20, 0, 20)];
};

describe('k-means', () => {
  it('finds clouds that lie apart, the largest first, and the silhouette agrees on their number', () => {
    const points = pointsOf(clouds());
    const { of } = kMeans(points, 3, randomStream('k'));
    expect(Array.from(of)).toEqual([...Array(40).fill(0), ...Array(30).fill(1), ...Array(20).fill(2)]);
    const scores = [2, 3, 4, 5].map((k) => silhouette(points, kMeans(points, k, randomStream('k', k)).of, k));
    expect(scores.indexOf(Math.max(...scores))).toBe(1);
  });

  it('leaves everybody with the nearest centre, and each centre amid its own', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -20, max: 20 })), { minLength: 6, maxLength: 60 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 5 }), (places, k) => {
        const points = pointsOf(places);
        const { centres, of, inertia } = kMeans(points, k, randomStream('k'));
        const centre = (cluster: number) => Array.from(centres.subarray(cluster * 2, cluster * 2 + 2));
        let total = 0;
        places.forEach((place, n) => {
          const distances = Array.from({ length: k }, (_, cluster) => distance(place, centre(cluster)));
          expect(distances[of[n]]).toBeLessThanOrEqual(Math.min(...distances) + 1e-9);
          total += distances[of[n]] ** 2;
        });
        expect(inertia).toBeCloseTo(total, 6);
        for (let cluster = 0; cluster < k; cluster++) {
          const own = places.filter((_, n) => of[n] === cluster);
          if (own.length > 0)
            [0, 1].forEach((d) => expect(centre(cluster)[d]).toBeCloseTo(own.reduce((sum, place) => sum + place[d], 0) / own.length, 9));
        }
      }),
    );
  });

  it('is the same with the same seed, whatever the unit of all', () => {
    const [points, scaled] = [pointsOf(clouds()), pointsOf(clouds().map((row) => row.map((value) => 8 * value)))];
    const of = (from: Points) => Array.from(kMeans(from, 4, randomStream('k')).of);
    expect(of(points)).toEqual(of(points));
    expect(of(scaled)).toEqual(of(points));
  });

  it('refuses more clusters than points', () => expect(() => kMeans(pointsOf([[1], [2]]), 3, randomStream('k'))).toThrow(RangeError));
});

describe('the silhouette', () => {
  it('is what its definition says, counted out', () => {
    const rows = clouds().filter((_, n) => n % 3 === 0);
    const points = pointsOf(rows);
    const { of } = kMeans(points, 4, randomStream('k'));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const scores = rows.map((row, n) => {
      const to = (cluster: number) => rows.flatMap((other, m) => (m !== n && of[m] === cluster ? [distance(row, other)] : []));
      if (to(of[n]).length === 0) return 0;
      const a = mean(to(of[n]));
      const b = Math.min(...[0, 1, 2, 3].filter((cluster) => cluster !== of[n]).map((cluster) => mean(to(cluster))));
      return (b - a) / Math.max(a, b);
    });
    expect(silhouette(points, of, 4)).toBeCloseTo(mean(scores), 12);
  });

  it('is nought where all are one, or alone', () => {
    const points = pointsOf([[1], [2]]);
    expect(silhouette(points, Uint8Array.of(0, 0), 1)).toBe(0);
    expect(silhouette(points, Uint8Array.of(0, 1), 2)).toBe(0);
  });
});
