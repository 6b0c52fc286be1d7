/** A value that a condition compares with. */
export type Scalar = string | number | boolean | null;

/** A condition on one field of a document, by its dotted path. */
export interface Condition {
  readonly field: string;
  readonly is: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'in';
  readonly value: Scalar | readonly Scalar[];
}

/** A checked tree of conditions. */
export type Filter = Condition | { readonly all: readonly Filter[] } | { readonly any: readonly Filter[] } | { readonly not: Filter };

const OPERATORS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in'];
const DEEPEST = 10;

const isScalar = (value: unknown): value is Scalar => value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** What is wrong with a filter, or null; the sentence names the place. */
export const filterProblem = (filter: unknown, place = 'filter', depth = 0): string | null => {
  if (depth > DEEPEST) return `${place} is nested deeper than ${DEEPEST} levels`;
  if (filter === null || typeof filter !== 'object' || Array.isArray(filter)) return `${place} must be an object`;
  const keys = Object.keys(filter).sort().join();
  const branches = filter as { all?: unknown; any?: unknown; not?: unknown };
  if (keys === 'not') return filterProblem(branches.not, `${place}.not`, depth + 1);
  if (keys === 'all' || keys === 'any') {
    const list = branches[keys];
    if (!Array.isArray(list)) return `${place}.${keys} must be a list of conditions`;
    for (const [i, item] of list.entries()) {
      const problem = filterProblem(item, `${place}.${keys}[${i}]`, depth + 1);
      if (problem) return problem;
    }
    return null;
  }
  if (keys !== 'field,is,value') return `${place} must have exactly one of all, any, not, or the three fields field, is and value`;
  const { field, is, value } = filter as Record<string, unknown>;
  if (typeof field !== 'string' || !/^[^.]+(\.[^.]+)*$/.test(field))
    return `${place}.field must be a dotted path, for example attributes.region`;
  if (!OPERATORS.includes(is as string)) return `${place}.is must be one of ${OPERATORS.join(', ')}`;
  if (is === 'in')
    return Array.isArray(value) && value.every(isScalar) ? null : `${place}.value must be a list of texts, numbers, booleans or null`;
  return isScalar(value) ? null : `${place}.value must be a text, a number, a boolean or null`;
};

const reader = (path: string): ((document: unknown) => unknown) => {
  const steps = path.split('.');
  return (document) =>
    steps.reduce<unknown>(
      (value, step) =>
        value !== null && typeof value === 'object' && Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined,
      document,
    ) ?? null;
};

const ordered = (a: unknown, b: unknown): boolean =>
  (typeof a === 'number' && typeof b === 'number') || (typeof a === 'string' && typeof b === 'string');

const condition = ({ field, is, value }: Condition): ((document: unknown) => boolean) => {
  const read = reader(field);
  switch (is) {
    case 'eq':
      return (document) => read(document) === value;
    case 'ne':
      return (document) => read(document) !== value;
    case 'in': {
      const list = new Set<unknown>(value as readonly Scalar[]);
      return (document) => list.has(read(document));
    }
    default: {
      const compare = {
        lt: (a: Scalar, b: Scalar) => a! < b!,
        lte: (a: Scalar, b: Scalar) => a! <= b!,
        gt: (a: Scalar, b: Scalar) => a! > b!,
        gte: (a: Scalar, b: Scalar) => a! >= b!,
      }[is];
      return (document) => {
        const actual = read(document);
        return ordered(actual, value) && compare(actual as Scalar, value as Scalar);
      };
    }
  }
};

/** The filter as a closure; a missing field counts as null, and only values of the same kind have an order. */
export const compileFilter = (filter: Filter): ((document: unknown) => boolean) => {
  if ('all' in filter) {
    const parts = filter.all.map(compileFilter);
    return (document) => parts.every((part) => part(document));
  }
  if ('any' in filter) {
    const parts = filter.any.map(compileFilter);
    return (document) => parts.some((part) => part(document));
  }
  if ('not' in filter) {
    const part = compileFilter(filter.not);
    return (document) => !part(document);
  }
  return condition(filter);
};
