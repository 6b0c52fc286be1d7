import fc from 'fast-check';
import { constantOf } from './check.js';
import { Calculation, COMPARISONS, Day, Literal, Measure, Rule, Span, Unit, UNITS, Value, Window } from './rule.js';
import { EventKind, Field, Fields, Vocabulary } from './vocabulary.js';

/** Values that random rules compare with; those of the subjects should be among them. */
export interface Pool {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  readonly days: readonly string[];
  readonly segments: readonly string[];
  /** Whether a random part may stand in it. */
  readonly random: boolean;
}

type Within = Fields<never> & Partial<Vocabulary<never>>;

const span: fc.Arbitrary<Span> = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  unit: fc.constantFrom(...(Object.keys(UNITS) as Unit[])),
});

const inOrder = <T extends Literal | string>([a, b]: readonly [T, T]): readonly [T, T] =>
  JSON.stringify(a) > JSON.stringify(b) ? [b, a] : [a, b];

/** Rules that speak of everything in a vocabulary and are accepted by its check. */
export const anyRule = (vocabulary: Within, pool: Pool): fc.Arbitrary<Rule> => {
  const text = fc.constantFrom(...pool.texts);
  const number = fc.constantFrom(...pool.numbers);
  const day: fc.Arbitrary<Day> = fc.constantFrom(...pool.days).map((one) => ({ day: one }));
  const codeOf = ({ codes }: Field<never>): fc.Arbitrary<string> => (codes ? fc.constantFrom(...codes) : text);

  const window: fc.Arbitrary<Window> = fc.oneof(
    span.map((last) => ({ last })),
    ...(vocabulary.events?.length ? [fc.constantFrom(...vocabulary.events.map(({ name }) => name)).map((since) => ({ since }))] : []),
    fc
      .tuple(fc.constantFrom(...pool.days), fc.constantFrom(...pool.days))
      .map(inOrder)
      .map(([from, to]) => ({ from, to })),
  );

  const measureOf = (kind: EventKind<never>): fc.Arbitrary<Measure> => {
    const families = (kind.families ?? []).map(({ example }) => example);
    const sums = [...kind.fields.filter(({ type }) => type === 'number').map(({ name }) => name), ...families];
    const where = anyRule({ fields: kind.fields, ...(kind.families && { families: kind.families }) }, pool);
    const occurrences = fc.record({ of: fc.constant(kind.name), window, where }, { requiredKeys: ['of'] });
    const plain = fc.constantFrom('count' as const, 'first' as const, 'last' as const);
    return fc.oneof(
      fc.tuple(plain, occurrences).map(([measure, rest]) => ({ measure, ...rest })),
      ...(sums.length > 0
        ? [fc.tuple(fc.constantFrom(...sums), occurrences).map(([what, rest]) => ({ measure: 'sum' as const, what, ...rest }))]
        : []),
    );
  };

  const families = (vocabulary.families ?? []).map(({ prefix, example, field }) => ({
    ...field(example.slice(prefix.length)),
    name: example,
  }));
  const fields = [...vocabulary.fields, ...families] as readonly Field<never>[];
  const measures = (vocabulary.events ?? []).map(measureOf);
  const numberFields = fields.filter(({ type }) => type === 'number' || type === 'open');
  const isNumber = (measure: Measure): boolean => measure.measure === 'count' || measure.measure === 'sum';

  const asked = [
    ...(numberFields.length > 0 ? [fc.constantFrom(...numberFields.map(({ name }) => ({ field: name })))] : []),
    ...measures.map((measure) => measure.filter(isNumber)),
  ];
  const atom = fc.oneof(number, ...asked);
  const op = fc.constantFrom('+', '-', '*', '/');
  const calculated = ({ op, left, right }: Calculation): boolean =>
    typeof left === 'object' && (op !== '/' || constantOf(right) !== 0) && !(typeof right === 'object' && 'op' in left && 'op' in right);
  const { value, calculation } = fc.letrec<{ value: Value; calculation: Value }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, atom, tie('calculation')),
    calculation: fc.record({ op, left: fc.oneof(...asked, tie('calculation')), right: tie('value') }).filter(calculated),
  }));

  const onNumber = (of: fc.Arbitrary<Value>): fc.Arbitrary<Rule>[] => [
    fc.record({ is: fc.constantFrom(...COMPARISONS), value: of, than: asked.length > 0 ? fc.oneof(number, number, value) : number }),
    fc
      .tuple(of, fc.tuple(number, number))
      .map(([one, [a, b]]) => ({ is: 'between', value: one, from: Math.min(a, b), to: Math.max(a, b) })),
  ];
  const onTime = (of: fc.Arbitrary<Value>): fc.Arbitrary<Rule>[] => [
    fc.record({ is: fc.constantFrom(...COMPARISONS), value: of, than: day }),
    fc.tuple(of, fc.tuple(day, day).map(inOrder)).map(([one, [from, to]]) => ({ is: 'between', value: one, from, to })),
    fc.record({ is: fc.constantFrom('last', 'next', 'ago'), value: of, span }),
  ];

  const onField = (field: Field<never>): fc.Arbitrary<Rule>[] => {
    const of = fc.constant<Value>({ field: field.name });
    const code = codeOf(field);
    const same = fc.constantFrom('=' as const, '!=' as const);
    const begins = (word: fc.Arbitrary<string>): fc.Arbitrary<Rule> =>
      fc
        .tuple(word, fc.integer({ min: 0, max: 3 }))
        .map(([one, length]) => ({ is: 'begins', value: { field: field.name }, than: one.slice(0, length) }));
    const filled = fc.record({ is: fc.constantFrom('empty', 'filled'), value: of }) as fc.Arbitrary<Rule>;
    switch (field.type) {
      case 'text':
      case 'code':
        return [
          fc.record({ is: same, value: of, than: code }),
          fc.record({ is: fc.constant('in'), value: of, list: fc.array(code, { minLength: 1, maxLength: 3 }) }),
          begins(code),
          filled,
        ];
      case 'open':
        return [
          fc.record({ is: same, value: of, than: fc.oneof(text, number, fc.boolean()) }),
          fc.record({
            is: fc.constant('in'),
            value: of,
            list: fc.array(fc.oneof<fc.Arbitrary<Literal>[]>(text, number, fc.boolean()), { minLength: 1, maxLength: 3 }),
          }),
          ...onNumber(of),
          filled,
        ];
      case 'number':
        return [...onNumber(of), filled];
      case 'flag':
        return [fc.record({ is: same, value: of, than: fc.boolean() }), filled];
      case 'day':
      case 'instant':
        return [...onTime(of), filled];
      case 'list':
        return [fc.record({ is: fc.constant('has'), value: of, than: code }), begins(code), filled];
    }
  };

  const whole = vocabulary.events !== undefined;
  const leaf = fc.oneof(
    ...fields.flatMap(onField),
    ...(asked.length > 0 ? onNumber(fc.oneof(...asked, calculation)) : []),
    ...measures.flatMap((measure) => onTime(measure.filter((one) => !isNumber(one)))),
    ...(whole && pool.segments.length > 0 ? [fc.constantFrom(...pool.segments).map((segment): Rule => ({ is: 'segment', segment }))] : []),
    ...(whole && pool.random ? [fc.integer({ min: 1, max: 99 }).map((percent): Rule => ({ is: 'random', percent }))] : []),
  );

  return fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ is: fc.constantFrom('and', 'or'), parts: fc.array(tie('rule'), { minLength: 2, maxLength: 3 }) }),
      fc.record({ is: fc.constant('not'), rule: tie('rule') }),
    ),
  })).rule;
};
