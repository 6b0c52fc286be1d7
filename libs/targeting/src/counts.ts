/**
 * What a campaign has seen so far: contacts n and responses s by wave g, cell c and arm k, at index (g * cells + c) * arms + k.
 * Every contact is counted in the wave in which it was decided, answered or not.
 */
export interface Counts {
  waves: number;
  cells: number;
  arms: number;
  n: Float64Array;
  s: Float64Array;
}

/** Counts of the given shape with nothing seen. */
export function emptyCounts(waves: number, cells: number, arms: number): Counts {
  const size = waves * cells * arms;
  return { waves, cells, arms, n: new Float64Array(size), s: new Float64Array(size) };
}

/** Adds contacts and their responses to one (wave, cell, arm), all from 0. Errors: RangeError for a place outside the shape. */
export function addCount(counts: Counts, wave: number, cell: number, arm: number, n: number, s: number): void {
  const inside = (at: number, size: number): boolean => at >= 0 && at < size && at % 1 === 0;
  if (!inside(wave, counts.waves) || !inside(cell, counts.cells) || !inside(arm, counts.arms))
    throw new RangeError(`wave ${wave}, cell ${cell}, arm ${arm} is outside ${counts.waves} x ${counts.cells} x ${counts.arms}`);
  const at = (wave * counts.cells + cell) * counts.arms + arm;
  counts.n[at] += n;
  counts.s[at] += s;
}

/** Errors: RangeError unless the shape is at least 1 x 1 x 1, the arrays fit it, and 0 <= s <= n < infinity everywhere. */
export function checkCounts({ waves, cells, arms, n, s }: Counts): void {
  const size = waves * cells * arms;
  if (![waves, cells, arms].every((length) => Number.isInteger(length) && length >= 1) || n.length !== size || s.length !== size)
    throw new RangeError(`${waves} waves x ${cells} cells x ${arms} arms do not fit ${n.length} contacts and ${s.length} responses`);
  for (let i = 0; i < size; i++)
    if (!(s[i] >= 0 && s[i] <= n[i] && n[i] < Infinity)) throw new RangeError(`${s[i]} responses to ${n[i]} contacts at index ${i}`);
}
