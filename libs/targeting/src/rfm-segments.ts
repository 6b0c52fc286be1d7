import { RfmScore } from './rfm-scores.js';

/** A name for clients of some scores: at least and at most r, f and m. */
interface RfmSegment {
  name: string;
  r: readonly [number, number];
  f: readonly [number, number];
  m: readonly [number, number];
}

/** In this order: the first that fits names a client. Source: the rules of the R package rfm. */
export const RFM_SEGMENTS: readonly RfmSegment[] = [
  { name: 'Champions', r: [5, 5], f: [5, 5], m: [5, 5] },
  { name: 'Potential loyalists', r: [3, 5], f: [3, 5], m: [2, 5] },
  { name: 'Loyal', r: [2, 4], f: [2, 4], m: [2, 4] },
  { name: 'Promising', r: [3, 4], f: [1, 3], m: [3, 5] },
  { name: 'New', r: [4, 5], f: [1, 3], m: [1, 5] },
  { name: "Can't lose them", r: [1, 2], f: [3, 4], m: [4, 5] },
  { name: 'At risk', r: [1, 3], f: [2, 5], m: [4, 5] },
  { name: 'Need attention', r: [1, 3], f: [3, 5], m: [3, 5] },
  { name: 'About to sleep', r: [2, 3], f: [1, 3], m: [1, 4] },
  { name: 'Lost', r: [1, 2], f: [1, 5], m: [1, 5] },
];

const within = (score: number, [least, most]: readonly [number, number]): boolean => score >= least && score <= most;

/** The name of a client's scores; null: none fits. */
export function rfmSegment({ r, f, m }: RfmScore): string | null {
  return RFM_SEGMENTS.find((one) => within(r, one.r) && within(f, one.f) && within(m, one.m))?.name ?? null;
}
