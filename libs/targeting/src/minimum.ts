/** Where a function is smallest, as far as was found. */
export interface Minimum {
  at: readonly number[];
  value: number;
  /** Whether the search came to rest before its steps ran out. */
  converged: boolean;
}

interface Vertex {
  at: readonly number[];
  value: number;
}

/** Point + factor × (point - other). */
const beyond = (point: readonly number[], other: readonly number[], factor: number): number[] =>
  point.map((x, i) => x + factor * (x - other[i]));

/**
 * The minimum of a function of several variables by the simplex method (reflection 1, expansion 2, contraction and shrinking 1/2), begun anew from
 * where it came to rest until that brings nothing more; needs no derivatives. What is not a number counts as infinitely high.
 * Source: Nelder & Mead 1965, Computer Journal 7:308.
 */
export function minimum(f: (at: readonly number[]) => number, start: readonly number[]): Minimum {
  let best = search(f, start, 0.5);
  for (let again = 0; again < 5; again++) {
    const next = search(f, best.at, 0.1);
    const gain = best.value - next.value;
    if (gain >= 0) best = next;
    if (gain <= 1e-9 * (1 + Math.abs(best.value))) break;
  }
  return best;
}

const MOST_STEPS = 1_000;
const FLAT = 1e-13;
const CLOSE = 1e-7;

function search(f: (at: readonly number[]) => number, start: readonly number[], width: number): Minimum {
  const vertex = (at: readonly number[]): Vertex => {
    const value = f(at);
    return { at, value: Number.isNaN(value) ? Infinity : value };
  };
  let simplex = [vertex(start), ...start.map((_, i) => vertex(start.map((x, j) => (i === j ? x + width : x))))];
  for (let step = 0; step < MOST_STEPS; step++) {
    simplex.sort((a, b) => a.value - b.value);
    const [best] = simplex;
    const worst = simplex[simplex.length - 1];
    const size = Math.max(...simplex.flatMap(({ at }) => at.map((x, i) => Math.abs(x - best.at[i]))));
    if (worst.value - best.value <= FLAT * (1 + Math.abs(best.value)) && size <= CLOSE) return { ...best, converged: true };

    const others = simplex.slice(0, -1);
    const centre = start.map((_, i) => others.reduce((sum, { at }) => sum + at[i], 0) / others.length);
    const reflected = vertex(beyond(centre, worst.at, 1));
    let taken: Vertex | null = reflected;
    if (reflected.value < best.value) {
      const expanded = vertex(beyond(centre, worst.at, 2));
      if (expanded.value < reflected.value) taken = expanded;
    } else if (reflected.value >= others[others.length - 1].value) {
      const contracted = vertex(beyond(centre, worst.at, reflected.value < worst.value ? 0.5 : -0.5));
      taken = contracted.value < Math.min(reflected.value, worst.value) ? contracted : null;
    }
    simplex = taken
      ? [...others, taken]
      : [best, ...simplex.slice(1).map(({ at }) => vertex(at.map((x, i) => best.at[i] + (x - best.at[i]) / 2)))];
  }
  return { ...simplex.reduce((a, b) => (b.value < a.value ? b : a)), converged: false };
}
