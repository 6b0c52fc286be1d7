import { Calculation, Comparison, COMPARISONS, isDay, isLiteral, Literal, Measure, Rule, Span, UNITS, Value } from './rule.js';
import { Place, RuleError } from './rule-error.js';
import { Field, FieldType, fieldNamed, Fields, namesOf, nearest, Vocabulary } from './vocabulary.js';

/** The rules of the segments that there are, by name. */
export type Segments = ReadonlyMap<string, Rule>;

/** What a rule is checked against. */
export interface Checking<S> {
  readonly vocabulary: Vocabulary<S>;
  readonly segments: Segments;
  /** The segment whose rule it is; left out: of none yet. */
  readonly name?: string;
}

type PlaceOf = (node: object, key?: string) => Place | undefined;

const LONGEST_DAYS = 36_500;
const DEEPEST = 60;

const EXAMPLE: Readonly<Record<FieldType, string>> = {
  text: 'a text such as "x"',
  code: 'a text such as "x"',
  number: 'a number',
  day: 'a day such as 2026-03-01',
  instant: 'a day such as 2026-03-01',
  flag: 'yes or no',
  list: 'has "x"',
  open: 'a text, a number, yes or no',
};

const isRealDay = (day: unknown): boolean => {
  if (typeof day !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return false;
  const at = new Date(day);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};

const isObject = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === 'object' && !Array.isArray(value);

const KEYS: Readonly<Record<string, readonly string[]>> = {
  and: ['parts'],
  or: ['parts'],
  not: ['rule'],
  in: ['value', 'list'],
  between: ['value', 'from', 'to'],
  empty: ['value'],
  filled: ['value'],
  begins: ['value', 'than'],
  has: ['value', 'than'],
  last: ['value', 'span'],
  next: ['value', 'span'],
  ago: ['value', 'span'],
  segment: ['segment'],
  random: ['percent'],
  ...Object.fromEntries(COMPARISONS.map((is) => [is, ['value', 'than']])),
};

/** What a value is, as far as it can be compared. */
type Kind = Pick<Field<never>, 'type' | 'codes'> & { readonly literal?: true };

class Checker<S> {
  constructor(
    private readonly about: Checking<S>,
    private readonly placeOf: PlaceOf,
  ) {}

  private refuse(node: object, path: string, key: string, reason: string): never {
    throw new RuleError(this.placeOf(node, key) ?? this.placeOf(node) ?? { path: key ? `${path}.${key}` : path }, reason);
  }

  /** Refuses what has not exactly these keys. */
  private keys(node: Record<string, unknown>, path: string, required: readonly string[], optional: readonly string[] = []): void {
    for (const key of required) if (!(key in node)) this.refuse(node, path, '', `${key} is missing`);
    const strange = Object.keys(node).find((key) => !required.includes(key) && !optional.includes(key));
    if (strange !== undefined)
      this.refuse(node, path, '', `${strange} has no meaning here: leave it out (known: ${[...required, ...optional].join(', ')})`);
  }

  rule(rule: unknown, fields: Fields<never> & Partial<Vocabulary<S>>, path: string, depth: number): void {
    if (!isObject(rule))
      throw new RuleError({ path }, 'expected a rule: an object with is, for example {"is": "filled", "value": {"field": "…"}}');
    if (depth > DEEPEST) this.refuse(rule, path, '', `nested deeper than ${DEEPEST} levels: make a segment of the inner part`);
    const is = rule.is as string;
    if (typeof is !== 'string' || !Object.hasOwn(KEYS, is))
      this.refuse(rule, path, 'is', `is must be one of ${Object.keys(KEYS).join(', ')}`);
    this.keys(rule, path, ['is', ...KEYS[is]]);
    const within = fields.events ? '' : ' in the where of an event: ask for it outside of the bracket';
    switch (is) {
      case 'and':
      case 'or': {
        const { parts } = rule;
        if (!Array.isArray(parts) || parts.length < 2)
          this.refuse(rule, path, 'parts', `${is} joins two rules or more: write a single one by itself`);
        (parts as unknown[]).forEach((part, i) => this.rule(part, fields, `${path}.parts[${i}]`, depth + 1));
        return;
      }
      case 'not':
        return this.rule(rule.rule, fields, `${path}.rule`, depth + 1);
      case 'segment':
        if (within) this.refuse(rule, path, '', `a segment cannot be asked for${within}`);
        return this.segment(rule, path);
      case 'random': {
        if (within) this.refuse(rule, path, '', `random cannot stand${within}`);
        const { percent } = rule;
        if (typeof percent !== 'number' || !(percent > 0 && percent < 100))
          this.refuse(rule, path, 'percent', 'a random part must be more than 0% and less than 100%');
        return;
      }
    }
    const kind = this.value(rule.value, fields, rule, path, 'value', depth + 1);
    this.comparison(rule as unknown as Exclude<Rule, { is: 'and' | 'or' | 'not' | 'segment' | 'random' }>, kind, fields, path, depth);
  }

  private comparison(
    rule: Exclude<Rule, { is: 'and' | 'or' | 'not' | 'segment' | 'random' }>,
    kind: Kind,
    fields: Fields<never> & Partial<Vocabulary<S>>,
    path: string,
    depth: number,
  ): void {
    const refuse = (key: string, reason: string): never => this.refuse(rule, path, key, reason);
    switch (rule.is) {
      case 'empty':
      case 'filled':
        return;
      case 'begins':
        if (!['text', 'code', 'list'].includes(kind.type)) refuse('value', `begins with asks a text, and this is ${EXAMPLE[kind.type]}`);
        return this.literal(rule.than, { type: 'text' }, rule, path, 'than');
      case 'has':
        if (kind.type !== 'list') refuse('value', `has asks a list, and this is ${EXAMPLE[kind.type]}: compare it with =`);
        return this.literal(rule.than, { ...kind, type: 'code' }, rule, path, 'than');
      case 'in':
        if (!Array.isArray(rule.list) || rule.list.length === 0) refuse('list', 'in needs a list of at least one value');
        if (!['text', 'code', 'number', 'open'].includes(kind.type))
          refuse('value', `in asks a text or a number, and this is ${EXAMPLE[kind.type]}`);
        return rule.list.forEach((one, i) => this.literal(one, kind, rule, path, `list[${i}]`));
      case 'between': {
        if (!['number', 'day', 'instant', 'open'].includes(kind.type))
          refuse('value', `between asks a number or a day, and this is ${EXAMPLE[kind.type]}`);
        const number = kind.type === 'open' ? { type: 'number' as const } : kind;
        this.literal(rule.from, number, rule, path, 'from');
        this.literal(rule.to, number, rule, path, 'to');
        const end = (literal: Literal) => (isDay(literal) ? literal.day : literal);
        if (end(rule.from) > end(rule.to)) refuse('from', 'the first value must not be the greater one: write the two the other way round');
        return;
      }
      case 'last':
      case 'next':
      case 'ago':
        if (kind.type !== 'day' && kind.type !== 'instant')
          refuse('value', `only a day lies in the past or the future, and this is ${EXAMPLE[kind.type]}`);
        return this.span(rule.span, rule, path, 'span');
    }
    const { is } = rule;
    if (typeof rule.than !== 'object' || (rule.than !== null && isLiteral(rule.than))) {
      this.literal(rule.than, kind, rule, path, 'than');
      return this.order(is, kind, typeof rule.than, rule, path);
    }
    const other = this.value(rule.than, fields, rule, path, 'than', depth + 1);
    const asNumber = ({ type }: Kind): string => (type === 'open' ? 'number' : type === 'day' ? 'instant' : type);
    if (asNumber(kind) !== asNumber(other) || !['number', 'instant'].includes(asNumber(kind)))
      refuse('than', `only two numbers or two days can be compared with each other: compare this with ${EXAMPLE[kind.type]}`);
  }

  private order(is: Comparison, { type }: Kind, literal: string, rule: object, path: string): void {
    if (is === '=' || is === '!=') return;
    if (type === 'text' || type === 'code' || type === 'flag' || (type === 'open' && literal !== 'number'))
      this.refuse(rule, path, '', `${is} asks numbers and days: texts and yes/no are compared with = and !=`);
  }

  private literal(literal: unknown, { type, codes }: Kind, node: object, path: string, key: string): void {
    const refuse = (reason: string): never => this.refuse(node, path, key, reason);
    if (isObject(literal) && 'day' in literal) {
      if (!isRealDay(literal.day) || Object.keys(literal).length > 1) refuse('there is no such day: write it as 2026-03-01');
      if (type !== 'day' && type !== 'instant') refuse(`expected ${EXAMPLE[type]}, but found a day`);
      return;
    }
    const found = typeof literal;
    if (found !== 'string' && found !== 'boolean' && !Number.isFinite(literal)) refuse(`expected ${EXAMPLE[type]}`);
    const fits: Readonly<Record<FieldType, boolean>> = {
      text: found === 'string',
      code: found === 'string',
      number: found === 'number',
      flag: found === 'boolean',
      open: true,
      day: false,
      instant: false,
      list: false,
    };
    if (!fits[type]) refuse(`expected ${EXAMPLE[type]}, but found ${JSON.stringify(literal)}`);
    if (type === 'code' && codes && !codes.includes(literal as string)) {
      const meant = nearest(literal as string, codes);
      const known = codes.length > 12 ? `${codes.slice(0, 12).join(', ')} …` : codes.join(', ') || 'nothing yet';
      refuse(`${JSON.stringify(literal)} is none of its values (${known})${meant ? `: did you mean ${JSON.stringify(meant)}?` : ''}`);
    }
  }

  private span(span: unknown, node: object, path: string, key: string): void {
    const { count, unit } = (span ?? {}) as Partial<Span>;
    if (!isObject(span) || typeof unit !== 'string' || !Object.hasOwn(UNITS, unit))
      return this.refuse(node, path, key, `expected a stretch of time such as 90 days; the units are ${Object.keys(UNITS).join(', ')}`);
    this.keys(span, `${path}.${key}`, ['count', 'unit']);
    if (!Number.isSafeInteger(count) || count! < 1 || count! * UNITS[unit] > LONGEST_DAYS)
      this.refuse(node, path, key, `a stretch of time is a whole number, at least 1 day and at most ${LONGEST_DAYS} days`);
  }

  private named(name: unknown, fields: Fields<never>, node: object, path: string, key: string): Field<never> {
    const known = typeof name === 'string' ? fieldNamed(fields, name) : undefined;
    if (known) return known;
    const names = namesOf(fields);
    const meant = typeof name === 'string' ? nearest(name, names) : null;
    const remedy = meant ? `did you mean ${meant}?` : `the fields are ${names.join(', ')}`;
    return this.refuse(node, path, key, `there is no field ${String(name)}: ${remedy}`);
  }

  private value(
    value: unknown,
    fields: Fields<never> & Partial<Vocabulary<S>>,
    node: object,
    path: string,
    key: string,
    depth: number,
  ): Kind {
    const at = `${path}.${key}`;
    if (depth > DEEPEST) this.refuse(node, path, key, `nested deeper than ${DEEPEST} levels`);
    if (typeof value === 'number' && Number.isFinite(value)) return { type: 'number', literal: true };
    if (!isObject(value) || 'day' in value) return this.refuse(node, path, key, 'expected a field, a number, count(…) or a calculation');
    if ('field' in value) {
      this.keys(value, at, ['field']);
      return this.named(value.field, fields, value, at, 'field');
    }
    if ('measure' in value) return this.measure(value, fields, at, depth);
    if ('op' in value) return this.calculation(value, fields, at, depth);
    return this.refuse(value, at, '', 'expected a field, a number, count(…) or a calculation');
  }

  private measure(value: Record<string, unknown>, fields: Partial<Vocabulary<S>>, path: string, depth: number): Kind {
    const { measure } = value;
    if (!['count', 'sum', 'first', 'last'].includes(measure as string))
      this.refuse(value, path, 'measure', 'measure must be one of count, sum, first, last');
    this.keys(value, path, measure === 'sum' ? ['measure', 'what', 'of'] : ['measure', 'of'], ['window', 'where']);
    const { events } = fields;
    if (!events)
      return this.refuse(value, path, '', 'events cannot be counted in the where of an event: count them outside of the bracket');
    const kindOf = (name: unknown, node: object, at: string, key: string) => {
      const kind = events.find((one) => one.name === name);
      if (kind) return kind;
      const singular = key === 'since';
      const names = events.map((one) => (singular ? one.one : one.name));
      const meant = typeof name === 'string' ? nearest(name, names) : null;
      return this.refuse(
        node,
        at,
        key,
        `there are no events ${String(name)}: ${meant ? `did you mean ${meant}?` : `known are ${names.join(', ')}`}`,
      );
    };
    const { of, window, where, what } = value as unknown as Measure & { what?: string };
    const kind = kindOf(of, value, path, 'of');
    if (measure === 'sum') {
      const { type } = this.named(what, kind, value, path, 'what');
      if (type !== 'number') this.refuse(value, path, 'what', `only numbers add up, and ${what} is ${EXAMPLE[type]}`);
    }
    if (window !== undefined) {
      const at = `${path}.window`;
      if (!isObject(window)) this.refuse(value, path, 'window', 'expected last, since, or from and to');
      if ('last' in window) {
        this.keys(window, at, ['last']);
        this.span(window.last, window, at, 'last');
      } else if ('since' in window) {
        this.keys(window, at, ['since']);
        kindOf(window.since, window, at, 'since');
      } else {
        this.keys(window, at, ['from', 'to']);
        for (const key of ['from', 'to'] as const)
          if (!isRealDay(window[key])) this.refuse(window, at, key, 'there is no such day: write it as 2026-03-01');
        if (window.from > window.to)
          this.refuse(window, at, 'from', 'the first day must not be the later one: write the two the other way round');
      }
    }
    if (where !== undefined) this.rule(where, kind, `${path}.where`, depth + 1);
    return { type: measure === 'count' || measure === 'sum' ? 'number' : 'instant' };
  }

  private calculation(value: Record<string, unknown>, fields: Fields<never> & Partial<Vocabulary<S>>, path: string, depth: number): Kind {
    this.keys(value, path, ['op', 'left', 'right']);
    const { op } = value;
    if (!['+', '-', '*', '/'].includes(op as string)) this.refuse(value, path, 'op', 'op must be one of +, -, *, /');
    for (const key of ['left', 'right'] as const) {
      const { type } = this.value(value[key], fields, value, path, key, depth + 1);
      if (type !== 'number' && type !== 'open')
        this.refuse(value, path, key, `only numbers can be calculated with, and this is ${EXAMPLE[type]}`);
    }
    if (op === '/' && constantOf(value.right as Value) === 0)
      this.refuse(
        value,
        path,
        'right',
        'a division by zero: divide by something that is not always 0; where it is 0 for one client, the condition does not hold for him',
      );
    return { type: 'number' };
  }

  private segment(rule: Record<string, unknown>, path: string): void {
    const { segments, name } = this.about;
    const wanted = rule.segment;
    if (typeof wanted !== 'string') return this.refuse(rule, path, 'segment', 'expected the name of a segment');
    const round = wanted === name ? [wanted] : segments.has(wanted) ? wayTo(name, wanted, segments) : null;
    if (round) {
      const way = [name!, ...round].join(' → ');
      this.refuse(
        rule,
        path,
        'segment',
        `the segment would depend on itself (${way}): take this reference out, or the one that leads back`,
      );
    }
    if (segments.has(wanted)) return;
    const meant = nearest(wanted, segments.keys());
    const known = [...segments.keys()].slice(0, 12).join(', ') || 'none yet';
    this.refuse(
      rule,
      path,
      'segment',
      `there is no segment ${JSON.stringify(wanted)}: ${meant ? `did you mean ${JSON.stringify(meant)}?` : `known are ${known}`}`,
    );
  }
}

/** The segments that a rule asks for itself. */
export const segmentsIn = (rule: Rule): readonly string[] => {
  if (rule.is === 'segment') return [rule.segment];
  if (rule.is === 'not') return segmentsIn(rule.rule);
  return rule.is === 'and' || rule.is === 'or' ? [...new Set(rule.parts.flatMap(segmentsIn))] : [];
};

/** How one segment leads to another, null if it does not. */
const wayTo = (target: string | undefined, from: string, segments: Segments, seen = new Set<string>()): readonly string[] | null => {
  if (seen.has(from)) return null;
  seen.add(from);
  const rule = segments.get(from);
  for (const next of rule ? segmentsIn(rule) : []) {
    if (next === target) return [from, next];
    const way = wayTo(target, next, segments, seen);
    if (way) return [from, ...way];
  }
  return null;
};

/** The number that a value always comes to, null if it depends on whom it is asked of. */
export const constantOf = (value: Value): number | null => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || !('op' in value)) return null;
  const { op, left, right } = value;
  const [a, b] = [constantOf(left), constantOf(right)];
  return op === '*' && (a === 0 || b === 0) ? 0 : a === null || b === null ? null : calculate[op](a, b);
};

const finite = (number: number): number | null => (Number.isFinite(number) ? number : null);

/** What a calculation comes to; null: nothing, as what is divided by zero does. */
export const calculate: Readonly<Record<Calculation['op'], (a: number, b: number) => number | null>> = {
  '+': (a, b) => finite(a + b),
  '-': (a, b) => finite(a - b),
  '*': (a, b) => finite(a * b),
  '/': (a, b) => (b === 0 ? null : finite(a / b)),
};

/** The rule if every name, value and reference in it makes sense; throws `RuleError` with the place and the remedy. */
export const checkRule = <S>(rule: unknown, about: Checking<S>, placeOf: PlaceOf = () => undefined): Rule => {
  new Checker(about, placeOf).rule(rule, about.vocabulary, 'rule', 0);
  return rule as Rule;
};
