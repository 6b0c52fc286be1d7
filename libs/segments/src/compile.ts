import { calculate, Segments } from './check.js';
import { Comparison, isDay, isLiteral, Literal, Measure, Rule, Value } from './rule.js';
import { randomOrder } from './random.js';
import { before, endOf, shifted, startOf } from './time.js';
import { EventKind, Field, fieldNamed, Fields, FieldType, Found, Vocabulary } from './vocabulary.js';

/** What a checked rule is asked with. */
export interface Asking {
  /** ISO instant. */
  readonly at: string;
  readonly segments: Segments;
  /** The segment whose rule it is: its random order. */
  readonly name: string;
}

/** Tells who belongs to it. */
export type Predicate<S> = (subject: S) => boolean;
type Read<S, V> = (subject: S) => V;

type Within<S> = Fields<S> & Partial<Vocabulary<S>>;

/** The field that a checked rule names. */
export const knownField = <S>(fields: Fields<S>, name: string): Field<S> => {
  const field = fieldNamed(fields, name);
  if (!field) throw new Error(`There is no field ${name}: check the rule before it is compiled`);
  return field;
};

/** The events that a checked rule names. */
export const knownEvents = <S>({ events = [] }: Partial<Vocabulary<S>>, name: string): EventKind<S> => {
  const kind = events.find((one) => one.name === name);
  if (!kind) throw new Error(`There are no events ${name}: check the rule before it is compiled`);
  return kind;
};

/** What a value is, as a checked rule has it. */
export const typeOf = (value: Value, fields: Fields<never>): FieldType => {
  if (isLiteral(value)) return 'number';
  if ('field' in value) return knownField(fields, value.field).type;
  return 'measure' in value && value.measure !== 'count' && value.measure !== 'sum' ? 'instant' : 'number';
};

/** All that a code of a rule stands for. */
export const codesFor = (value: Value, fields: Fields<never>, codes: readonly string[]): readonly string[] => {
  const standsFor = typeof value === 'object' && 'field' in value ? knownField(fields, value.field).standsFor : undefined;
  return standsFor ? codes.flatMap((code) => standsFor(code)) : codes;
};

const countsAt = <S>(kind: EventKind<S>, entry: unknown, at: string): boolean => kind.counts?.(entry, at) ?? true;

/** When the last event of a kind was, as far as it is over; empty if there was none. */
const lastOf = <S>(kind: EventKind<S>, subject: S, at: string): string => {
  let last = '';
  for (const entry of kind.entries(subject)) {
    const when = kind.at(entry);
    if (when <= at && when > last && countsAt(kind, entry, at)) last = when;
  }
  return last;
};

/** Between which instants events count for a subject, the first left out; the second is never later than now. */
const boundsOf = <S>(window: Measure['window'], vocabulary: Partial<Vocabulary<S>>, { at }: Asking): Read<S, readonly [string, string]> => {
  if (window && 'since' in window) {
    const kind = knownEvents(vocabulary, window.since);
    return (subject) => [lastOf(kind, subject, at), at];
  }
  const from = !window ? '' : 'last' in window ? shifted(at, window.last, -1) : before(window.from);
  const to = window && 'to' in window && endOf(window.to) < at ? endOf(window.to) : at;
  return () => [from, to];
};

const always = (): boolean => true;

/** The events of a subject that a measure counts. */
export const occurrences = <S>(measure: Measure, vocabulary: Within<S>, asking: Asking): Read<S, readonly unknown[]> => {
  const kind = knownEvents(vocabulary, measure.of);
  const bounds = boundsOf(measure.window, vocabulary, asking);
  const { at } = asking;
  const where = measure.where ? compile(measure.where, kind, asking) : always;
  return (subject) => {
    const [from, to] = bounds(subject);
    const counted: unknown[] = [];
    for (const entry of kind.entries(subject)) {
      const when = kind.at(entry);
      if (when > from && when <= to && countsAt(kind, entry, at) && where(entry)) counted.push(entry);
    }
    return counted;
  };
};

const countOf = <S>(measure: Measure, vocabulary: Within<S>, asking: Asking): Read<S, number> => {
  const kind = knownEvents(vocabulary, measure.of);
  const bounds = boundsOf(measure.window, vocabulary, asking);
  const { at } = asking;
  const where = measure.where ? compile(measure.where, kind, asking) : always;
  return (subject) => {
    const [from, to] = bounds(subject);
    let count = 0;
    for (const entry of kind.entries(subject)) {
      const when = kind.at(entry);
      if (when > from && when <= to && countsAt(kind, entry, at) && where(entry)) count++;
    }
    return count;
  };
};

const measureOf = <S>(measure: Measure, vocabulary: Within<S>, asking: Asking): Read<S, string | number | null> => {
  if (measure.measure === 'count') return countOf(measure, vocabulary, asking);
  const kind = knownEvents(vocabulary, measure.of);
  const counted = occurrences(measure, vocabulary, asking);
  if (measure.measure === 'sum') {
    const field = knownField(kind, measure.what);
    return (subject) => counted(subject).reduce<number>((sum, entry) => sum + ((field.read(entry, asking.at) as number | null) ?? 0), 0);
  }
  const sign = measure.measure === 'first' ? -1 : 1;
  return (subject) => {
    let best: string | null = null;
    for (const entry of counted(subject)) {
      const when = kind.at(entry);
      if (best === null || (when > best ? 1 : -1) === sign) best = when;
    }
    return best;
  };
};

/** Reads what a value is for a subject; null: nothing is known. */
export const reader = <S>(value: Value, fields: Within<S>, asking: Asking): Read<S, Found> => {
  if (isLiteral(value)) return () => value as number;
  if ('field' in value) {
    const { at } = asking;
    const field = knownField(fields, value.field);
    return (subject) => field.read(subject, at);
  }
  if ('measure' in value) return measureOf(value, fields, asking);
  const [left, right] = [numbers(value.left, fields, asking), numbers(value.right, fields, asking)];
  const result = calculate[value.op];
  return (subject) => {
    const [a, b] = [left(subject), right(subject)];
    return a === null || b === null ? null : result(a, b);
  };
};

const numbers = <S>(value: Value, fields: Within<S>, asking: Asking): Read<S, number | null> => {
  const read = reader(value, fields, asking);
  return (subject) => {
    const found = read(subject);
    return typeof found === 'number' ? found : null;
  };
};

/** When a value lies in time; a day begins with it. */
const instants = <S>(value: Value, fields: Within<S>, asking: Asking): Read<S, string | null> => {
  const read = reader(value, fields, asking) as Read<S, string | null>;
  if (typeOf(value, fields) === 'instant') return read;
  return (subject) => {
    const found = read(subject);
    return found === null ? null : startOf(found);
  };
};

type Ordered = string | number;

/** The order of two values of the same kind; JavaScript has it already. */
const ORDER: Readonly<Record<Comparison, (a: Ordered, b: Ordered) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** What an instant is compared with, if the comparison is with a day: the days after it begin when it has ended. */
const edgeOf = (is: '<' | '<=' | '>' | '>=', day: string): string => (is === '<' || is === '>=' ? startOf(day) : endOf(day));

const sameDay =
  <S>(read: Read<S, string | null>, day: string): Predicate<S> =>
  (subject) => {
    const found = read(subject);
    return found !== null && found >= startOf(day) && found <= endOf(day);
  };

const withNumber = <S>(is: Comparison, read: Read<S, Found>, than: number): Predicate<S> => {
  switch (is) {
    case '=':
      return (subject) => read(subject) === than;
    case '!=':
      return (subject) => read(subject) !== than;
    case '<':
      return (subject) => {
        const found = read(subject);
        return typeof found === 'number' && found < than;
      };
    case '<=':
      return (subject) => {
        const found = read(subject);
        return typeof found === 'number' && found <= than;
      };
    case '>':
      return (subject) => {
        const found = read(subject);
        return typeof found === 'number' && found > than;
      };
    case '>=':
      return (subject) => {
        const found = read(subject);
        return typeof found === 'number' && found >= than;
      };
  }
};

const compared = <S>(rule: Extract<Rule, { is: Comparison }>, fields: Within<S>, asking: Asking): Predicate<S> => {
  const { is, value, than } = rule;
  const type = typeOf(value, fields);
  if (isLiteral(than) && isDay(than)) {
    const read = reader(value, fields, asking) as Read<S, string | null>;
    const { day } = than;
    if (is === '=' || is === '!=') {
      const same = type === 'instant' ? sameDay(read, day) : (subject: S) => read(subject) === day;
      return is === '=' ? same : (subject) => !same(subject);
    }
    const edge = type === 'instant' ? edgeOf(is, day) : day;
    const holds = ORDER[is];
    return (subject) => {
      const found = read(subject);
      return found !== null && holds(found, edge);
    };
  }
  if (typeof than === 'number') return withNumber(is, reader(value, fields, asking), than);
  if (typeof than === 'string') return oneOf(rule.value, [than], is === '=', fields, asking);
  if (typeof than === 'boolean') {
    const read = reader(value, fields, asking);
    return is === '=' ? (subject) => read(subject) === than : (subject) => read(subject) !== than;
  }
  const read = type === 'day' || type === 'instant' ? instants : numbers;
  const [left, right] = [read(value, fields, asking), read(than, fields, asking)];
  const holds = ORDER[is];
  return (subject) => {
    const [a, b] = [left(subject), right(subject)];
    return a === null || b === null ? is === '!=' : holds(a, b);
  };
};

/** Whether what is found is one of these; texts as far as they stand for others too. */
const oneOf = <S>(value: Value, list: readonly Literal[], wanted: boolean, fields: Within<S>, asking: Asking): Predicate<S> => {
  const read = reader(value, fields, asking);
  const texts = list.filter((one) => typeof one === 'string');
  const codes = codesFor(value, fields, texts);
  if (list.length === 1 && codes.length === 1) {
    const [code] = codes;
    return wanted ? (subject) => read(subject) === code : (subject) => read(subject) !== code;
  }
  const set = new Set<unknown>([...codes, ...list.filter((one) => typeof one !== 'string')]);
  return (subject) => set.has(read(subject)) === wanted;
};

const between = <S>({ value, from, to }: Extract<Rule, { is: 'between' }>, fields: Within<S>, asking: Asking): Predicate<S> => {
  const read = reader(value, fields, asking);
  if (typeof from === 'number' && typeof to === 'number')
    return (subject) => {
      const found = read(subject);
      return typeof found === 'number' && found >= from && found <= to;
    };
  const days = [(from as { day: string }).day, (to as { day: string }).day] as const;
  const [first, last] = typeOf(value, fields) === 'instant' ? [startOf(days[0]), endOf(days[1])] : days;
  return (subject) => {
    const found = read(subject) as string | null;
    return found !== null && found >= first && found <= last;
  };
};

const inTime = <S>(
  { is, value, span }: Extract<Rule, { is: 'last' | 'next' | 'ago' }>,
  fields: Within<S>,
  asking: Asking,
): Predicate<S> => {
  const read = instants(value, fields, asking);
  const { at } = asking;
  if (is === 'next') {
    const until = shifted(at, span);
    return (subject) => {
      const found = read(subject);
      return found !== null && found > at && found <= until;
    };
  }
  const since = shifted(at, span, -1);
  if (is === 'ago')
    return (subject) => {
      const found = read(subject);
      return found !== null && found <= since;
    };
  return (subject) => {
    const found = read(subject);
    return found !== null && found > since && found <= at;
  };
};

const isEmpty = (found: Found): boolean => found === null || (Array.isArray(found) && found.length === 0);

const joined = <S>(parts: readonly Predicate<S>[], all: boolean): Predicate<S> => {
  if (parts.length === 2) {
    const [a, b] = parts;
    return all ? (subject) => a(subject) && b(subject) : (subject) => a(subject) || b(subject);
  }
  return all
    ? (subject) => {
        for (const part of parts) if (!part(subject)) return false;
        return true;
      }
    : (subject) => {
        for (const part of parts) if (part(subject)) return true;
        return false;
      };
};

const compile = <S>(rule: Rule, fields: Within<S>, asking: Asking): Predicate<S> => {
  switch (rule.is) {
    case 'and':
    case 'or':
      return joined(
        rule.parts.map((part) => compile(part, fields, asking)),
        rule.is === 'and',
      );
    case 'not': {
      const inner = compile(rule.rule, fields, asking);
      return (subject) => !inner(subject);
    }
    case 'segment':
      return compile(ruleOf(rule.segment, asking), fields, { ...asking, name: rule.segment });
    case 'random': {
      const { percent } = rule;
      const drawnAt = randomOrder(asking.name);
      return (subject) => drawnAt(fields.idOf!(subject)) < percent;
    }
    case 'empty':
    case 'filled': {
      const read = reader(rule.value, fields, asking);
      return rule.is === 'empty' ? (subject) => isEmpty(read(subject)) : (subject) => !isEmpty(read(subject));
    }
    case 'begins': {
      const read = reader(rule.value, fields, asking) as Read<S, string | readonly string[] | null>;
      const { than } = rule;
      return (subject) => {
        const found = read(subject);
        return typeof found === 'string' ? found.startsWith(than) : (found?.some((one) => one.startsWith(than)) ?? false);
      };
    }
    case 'has': {
      const read = reader(rule.value, fields, asking) as Read<S, readonly string[] | null>;
      const codes = new Set(codesFor(rule.value, fields, [rule.than]));
      return (subject) => read(subject)?.some((one) => codes.has(one)) ?? false;
    }
    case 'in':
      return oneOf(rule.value, rule.list, true, fields, asking);
    case 'between':
      return between(rule, fields, asking);
    case 'last':
    case 'next':
    case 'ago':
      return inTime(rule, fields, asking);
    default:
      return compared(rule, fields, asking);
  }
};

/** The rule of a segment that a checked rule names. */
export const ruleOf = (segment: string, { segments }: Asking): Rule => {
  const rule = segments.get(segment);
  if (!rule) throw new Error(`There is no segment ${segment}: check the rule before it is compiled`);
  return rule;
};

/** A checked rule as a closure. */
export const compileRule = <S>(rule: Rule, vocabulary: Vocabulary<S>, asking: Asking): Predicate<S> => compile(rule, vocabulary, asking);
