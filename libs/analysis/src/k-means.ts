import { Random } from '@boucle/targeting';

/** Rows of numbers, `width` to a row. */
export interface Points {
  readonly rows: Float64Array;
  readonly width: number;
}

/** Clusters of points around their means. */
export interface Clusters {
  /** `k` rows of coordinates. */
  readonly centres: Float64Array;
  readonly k: number;
  /** The cluster of each point. */
  readonly of: Uint8Array;
  /** The sum of the squared distances of all points from their centres. */
  readonly inertia: number;
}

const MOST_ROUNDS = 100;
const STARTS = 5;

const squaredDistance = (a: Float64Array, i: number, b: Float64Array, j: number, width: number): number => {
  let sum = 0;
  for (let d = 0; d < width; d++) {
    const apart = a[i * width + d] - b[j * width + d];
    sum += apart * apart;
  }
  return sum;
};

const count = ({ rows, width }: Points): number => rows.length / width;

/** The nearest centre of a point, the first among equals, and how far it is, squared. */
const nearest = ({ rows, width }: Points, point: number, centres: Float64Array, k: number): [cluster: number, distance: number] => {
  let [best, least] = [0, Infinity];
  for (let cluster = 0; cluster < k; cluster++) {
    const distance = squaredDistance(rows, point, centres, cluster, width);
    if (distance < least) [best, least] = [cluster, distance];
  }
  return [best, least];
};

/** Centres that lie apart: each next one is drawn in proportion to the squared distance from those there are. */
const spread = (points: Points, k: number, random: Random): Float64Array => {
  const { rows, width } = points;
  const n = count(points);
  const centres = new Float64Array(k * width);
  const copy = (point: number, cluster: number): void => centres.set(rows.subarray(point * width, (point + 1) * width), cluster * width);
  copy(Math.floor(random.uniform() * n), 0);
  const least = new Float64Array(n).fill(Infinity);
  for (let cluster = 1; cluster < k; cluster++) {
    let total = 0;
    for (let point = 0; point < n; point++) {
      least[point] = Math.min(least[point], squaredDistance(rows, point, centres, cluster - 1, width));
      total += least[point];
    }
    let left = random.uniform() * total;
    let chosen = 0;
    while (chosen < n - 1 && (left -= least[chosen]) >= 0) chosen++;
    copy(chosen, cluster);
  }
  return centres;
};

const settle = (points: Points, centres: Float64Array, k: number): Clusters => {
  const { rows, width } = points;
  const n = count(points);
  const of = new Uint8Array(n);
  for (let round = 0; ; round++) {
    let [moved, inertia] = [round === 0, 0];
    for (let point = 0; point < n; point++) {
      const [cluster, distance] = nearest(points, point, centres, k);
      if (of[point] !== cluster) [of[point], moved] = [cluster, true];
      inertia += distance;
    }
    if (!moved || round === MOST_ROUNDS) return { centres, k, of, inertia };
    const sizes = new Float64Array(k);
    const sums = new Float64Array(k * width);
    for (let point = 0; point < n; point++) {
      sizes[of[point]]++;
      for (let d = 0; d < width; d++) sums[of[point] * width + d] += rows[point * width + d];
    }
    // a centre that has lost everybody stays where it is
    for (let at = 0; at < sums.length; at++) if (sizes[Math.floor(at / width)] > 0) centres[at] = sums[at] / sizes[Math.floor(at / width)];
  }
};

/**
 * k clusters with the least sum of squared distances that five starts find: k-means++ (Arthur & Vassilvitskii 2007), then Lloyd's rounds until nobody
 * moves, 100 at most. The same points in the same order and the same stream give the same clusters, the largest first.
 * Errors: RangeError unless 1 <= k <= 255 and there are k points.
 */
export const kMeans = (points: Points, k: number, random: Random): Clusters => {
  if (!(Number.isInteger(k) && k >= 1 && k <= 255 && count(points) >= k))
    throw new RangeError(`${count(points)} points cannot be ${k} clusters`);
  let best: Clusters | null = null;
  for (let start = 0; start < STARTS; start++) {
    const found = settle(points, spread(points, k, random), k);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return bySize(best!, points.width);
};

const bySize = ({ centres, k, of, inertia }: Clusters, width: number): Clusters => {
  const sizes = Array.from({ length: k }, () => 0);
  for (const cluster of of) sizes[cluster]++;
  const order = sizes.map((_, cluster) => cluster).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const sorted = new Float64Array(centres.length);
  order.forEach((cluster, place) => sorted.set(centres.subarray(cluster * width, (cluster + 1) * width), place * width));
  return { centres: sorted, k, of: of.map((cluster) => order.indexOf(cluster)), inertia };
};

/**
 * The mean silhouette of clustered points, -1 to 1: (b - a) / max(a, b), a being the mean distance from the others of the own cluster and b the least
 * mean distance from those of another; 0 for who is alone. The time grows with the square of the points. Source: Rousseeuw 1987, J. Comput. Appl. Math. 20:53.
 */
export const silhouette = (points: Points, of: Uint8Array, k: number): number => {
  const n = count(points);
  const sizes = new Float64Array(k);
  for (const cluster of of) sizes[cluster]++;
  let total = 0;
  for (let point = 0; point < n; point++) {
    const sums = new Float64Array(k);
    for (let other = 0; other < n; other++)
      sums[of[other]] += Math.sqrt(squaredDistance(points.rows, point, points.rows, other, points.width));
    const own = of[point];
    if (sizes[own] < 2) continue;
    const a = sums[own] / (sizes[own] - 1);
    let b = Infinity;
    for (let cluster = 0; cluster < k; cluster++)
      if (cluster !== own && sizes[cluster] > 0) b = Math.min(b, sums[cluster] / sizes[cluster]);
    if (b < Infinity && Math.max(a, b) > 0) total += (b - a) / Math.max(a, b);
  }
  return total / n;
};
