import fc from 'fast-check';
import { compileFilter, Condition, Filter, filterProblem, Scalar } from './filter.js';

const OPERATORS = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const;
const scalar = fc.oneof(fc.constantFrom<Scalar>('', 'a', 'b', 'B', '1', 0, 1, -1, 1.5, true, false, null), fc.string(), fc.integer());
const field = fc.constantFrom('a', 'b', 'a.b', 'a.b.c', 'toString', '__proto__.toString');
const anyCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ field, is: fc.constantFrom(...OPERATORS), value: scalar }),
  fc.record({ field, is: fc.constant('in' as const), value: fc.array(scalar, { maxLength: 4 }) }),
);
const { filter: anyFilter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    anyCondition,
    fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));
const { document: anyDocument } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.record({ a: tie('document'), b: tie('document'), c: tie('document') }, { requiredKeys: [] }),
    fc.array(scalar, { maxLength: 2 }),
  ),
}));

/** What a filter means, said once more and slowly. */
const holds = (filter: Filter, document: unknown): boolean => {
  if ('all' in filter) return !filter.all.some((part) => !holds(part, document));
  if ('any' in filter) return filter.any.filter((part) => holds(part, document)).length > 0;
  if ('not' in filter) return !holds(filter.not, document);
  let value: unknown = document;
  for (const step of filter.field.split('.')) {
    const own: PropertyDescriptor | undefined =
      typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, step) : undefined;
    value = own ? own.value : null;
  }
  if (value === undefined) value = null;
  const wanted = filter.value;
  if (filter.is === 'in') return (wanted as Scalar[]).some((one) => one === value);
  if (filter.is === 'eq') return value === wanted;
  if (filter.is === 'ne') return value !== wanted;
  const both = [typeof value, typeof wanted].join();
  if (both !== 'number,number' && both !== 'string,string') return false;
  const order = value === wanted ? 0 : (value as number) < (wanted as number) ? -1 : 1;
  return { lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[filter.is];
};

describe('filterProblem', () => {
  it.each<[unknown, string]>([
    [null, 'filter must be an object'],
    ['region', 'filter must be an object'],
    [[], 'filter must be an object'],
    [{}, 'filter must have exactly one of all, any, not, or the three fields field, is and value'],
    [{ all: [], any: [] }, 'filter must have exactly one of all, any, not, or the three fields field, is and value'],
    [{ field: 'a', is: 'eq', value: 1, more: 1 }, 'filter must have exactly one of all, any, not, or the three fields field, is and value'],
    [{ any: {} }, 'filter.any must be a list of conditions'],
    [{ all: [{ any: [] }, { not: { any: [{ field: 'a', is: 'eq', value: 1 }, 7] } }] }, 'filter.all[1].not.any[1] must be an object'],
    [{ field: 'a..b', is: 'eq', value: 1 }, 'filter.field must be a dotted path, for example attributes.region'],
    [{ field: '', is: 'eq', value: 1 }, 'filter.field must be a dotted path, for example attributes.region'],
    [{ field: 3, is: 'eq', value: 1 }, 'filter.field must be a dotted path, for example attributes.region'],
    [{ not: { field: 'a', is: 'like', value: 1 } }, 'filter.not.is must be one of eq, ne, lt, lte, gt, gte, in'],
    [{ field: 'a', is: 'in', value: 'x' }, 'filter.value must be a list of texts, numbers, booleans or null'],
    [{ field: 'a', is: 'in', value: [['x']] }, 'filter.value must be a list of texts, numbers, booleans or null'],
    [{ field: 'a', is: 'eq', value: ['x'] }, 'filter.value must be a text, a number, a boolean or null'],
  ])('of %j is: %s', (filter, problem) => expect(filterProblem(filter)).toBe(problem));

  it('is null for every filter of the language', () => {
    fc.assert(fc.property(anyFilter, (filter) => filterProblem(filter) === null));
  });

  it('names the place where nesting goes too deep, and does not follow it', () => {
    const nested = (depth: number): Filter => (depth === 0 ? { field: 'a', is: 'eq', value: 1 } : { not: nested(depth - 1) });
    expect(filterProblem(nested(10))).toBeNull();
    expect(filterProblem(nested(11))).toBe(`filter${'.not'.repeat(11)} is nested deeper than 10 levels`);
    expect(filterProblem(nested(5000))).toContain('is nested deeper than 10 levels');
  });
});

describe('compileFilter', () => {
  it('agrees with the meaning of the filter', () => {
    fc.assert(
      fc.property(anyFilter, anyDocument, (filter, document) => {
        expect(compileFilter(filter)(document)).toBe(holds(filter, document));
      }),
      { numRuns: 2000 },
    );
  });

  const test = (is: Condition['is'], value: Condition['value'], document: object) => compileFilter({ field: 'a.b', is, value })(document);

  it('takes a missing field as null', () => {
    for (const document of [{}, { a: null }, { a: {} }, { a: { b: null } }, { a: 'text' }]) {
      expect(test('eq', null, document)).toBe(true);
      expect(test('in', ['x', null], document)).toBe(true);
      expect(test('ne', null, document)).toBe(false);
      expect(test('ne', 'x', document)).toBe(true);
    }
  });

  it('orders only values of the same kind', () => {
    for (const is of ['lt', 'lte', 'gt', 'gte'] as const)
      for (const [actual, value] of [
        ['5', 5],
        [5, '5'],
        [true, false],
        [null, 0],
        [null, null],
      ])
        expect(test(is, value, { a: { b: actual } })).toBe(false);
    expect(test('lt', 'b', { a: { b: 'a' } })).toBe(true);
    expect(test('gte', 2, { a: { b: 10 } })).toBe(true);
    expect(test('gte', '2', { a: { b: '10' } })).toBe(false);
  });

  it('takes no condition at all for true under all and for false under any', () => {
    expect(compileFilter({ all: [] })({})).toBe(true);
    expect(compileFilter({ any: [] })({})).toBe(false);
  });

  it('does not see what an object inherits', () => expect(compileFilter({ field: 'toString', is: 'eq', value: null })({})).toBe(true));
});
