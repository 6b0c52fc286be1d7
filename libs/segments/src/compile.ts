import { calculate, Segments } from './check.js';
import { Comparison, isDay, isLiteral, Literal, Measure, Rule, Span, Value } from './rule.js';
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

/** Which rule it is, and those that it may ask for. */
export type About = Pick<Asking, 'segments' | 'name'>;

/** Tells who belongs to it. */
export type Predicate<S> = (subject: S) => boolean;
/** Tells who belongs to it at an instant. */
export type LastingPredicate<S> = (subject: S, at: string) => boolean;
type Read<S, V> = (subject: S, at: string) => V;

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

/** The instant so much later than another, or earlier; worked out anew only for another one than the last. */
export const shiftedFrom = (span: Span, times: 1 | -1 = 1): ((at: string) => string) => {
  let [of, is] = ['', ''];
  return (at) => {
    if (at !== of) [of, is] = [at, shifted(at, span, times)];
    return is;
  };
};

/** Behind which instant events count for a subject. */
const beginningOf = <S>(window: Measure['window'], vocabulary: Partial<Vocabulary<S>>): Read<S, string> => {
  if (!window) return () => '';
  if ('since' in window) {
    const kind = knownEvents(vocabulary, window.since);
    return (subject, at) => lastOf(kind, subject, at);
  }
  if ('last' in window) {
    const from = shiftedFrom(window.last, -1);
    return (_, at) => from(at);
  }
  const from = before(window.from);
  return () => from;
};

/** Up to which instant events count: never later than now. */
const endingOf = (window: Measure['window']): ((at: string) => string) => {
  if (!window || !('to' in window)) return (at) => at;
  const to = endOf(window.to);
  return (at) => (to < at ? to : at);
};

/** Whether a measure counts an event between two instants, the first left out. */
const counting = <S>(
  measure: Measure,
  kind: EventKind<S>,
  about: About,
): ((entry: unknown, from: string, to: string, at: string) => boolean) => {
  const where = measure.where ? compile(measure.where, kind, about) : null;
  return (entry, from, to, at) => {
    const when = kind.at(entry);
    return when > from && when <= to && countsAt(kind, entry, at) && (where === null || where(entry, at));
  };
};

const measureOf = <S>(measure: Measure, vocabulary: Within<S>, about: About): Read<S, string | number | null> => {
  const kind = knownEvents(vocabulary, measure.of);
  const [beginning, ending] = [beginningOf(measure.window, vocabulary), endingOf(measure.window)];
  const counts = counting(measure, kind, about);
  if (measure.measure === 'count')
    return (subject, at) => {
      const [from, to] = [beginning(subject, at), ending(at)];
      let count = 0;
      for (const entry of kind.entries(subject)) if (counts(entry, from, to, at)) count++;
      return count;
    };
  if (measure.measure === 'sum') {
    const field = knownField(kind, measure.what);
    return (subject, at) => {
      const [from, to] = [beginning(subject, at), ending(at)];
      let sum = 0;
      for (const entry of kind.entries(subject)) if (counts(entry, from, to, at)) sum += (field.read(entry, at) as number | null) ?? 0;
      return sum;
    };
  }
  const sign = measure.measure === 'first' ? -1 : 1;
  return (subject, at) => {
    const [from, to] = [beginning(subject, at), ending(at)];
    let best: string | null = null;
    for (const entry of kind.entries(subject)) {
      if (!counts(entry, from, to, at)) continue;
      const when = kind.at(entry);
      if (best === null || (when > best ? 1 : -1) === sign) best = when;
    }
    return best;
  };
};

/** Reads what a value is for a subject; null: nothing is known. */
export const reader = <S>(value: Value, fields: Within<S>, about: About): Read<S, Found> => {
  if (isLiteral(value)) return () => value as number;
  if ('field' in value) {
    const field = knownField(fields, value.field);
    return (subject, at) => field.read(subject, at);
  }
  if ('measure' in value) return measureOf(value, fields, about);
  const [left, right] = [numbers(value.left, fields, about), numbers(value.right, fields, about)];
  const result = calculate[value.op];
  return (subject, at) => {
    const [a, b] = [left(subject, at), right(subject, at)];
    return a === null || b === null ? null : result(a, b);
  };
};

const numbers = <S>(value: Value, fields: Within<S>, about: About): Read<S, number | null> => {
  const read = reader(value, fields, about);
  return (subject, at) => {
    const found = read(subject, at);
    return typeof found === 'number' ? found : null;
  };
};

/** When a value lies in time; a day begins with it. */
const instants = <S>(value: Value, fields: Within<S>, about: About): Read<S, string | null> => {
  const read = reader(value, fields, about) as Read<S, string | null>;
  if (typeOf(value, fields) === 'instant') return read;
  return (subject, at) => {
    const found = read(subject, at);
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
  <S>(read: Read<S, string | null>, day: string): LastingPredicate<S> =>
  (subject, at) => {
    const found = read(subject, at);
    return found !== null && found >= startOf(day) && found <= endOf(day);
  };

const withNumber = <S>(is: Comparison, read: Read<S, Found>, than: number): LastingPredicate<S> => {
  switch (is) {
    case '=':
      return (subject, at) => read(subject, at) === than;
    case '!=':
      return (subject, at) => read(subject, at) !== than;
    case '<':
      return (subject, at) => {
        const found = read(subject, at);
        return typeof found === 'number' && found < than;
      };
    case '<=':
      return (subject, at) => {
        const found = read(subject, at);
        return typeof found === 'number' && found <= than;
      };
    case '>':
      return (subject, at) => {
        const found = read(subject, at);
        return typeof found === 'number' && found > than;
      };
    case '>=':
      return (subject, at) => {
        const found = read(subject, at);
        return typeof found === 'number' && found >= than;
      };
  }
};

const compared = <S>(rule: Extract<Rule, { is: Comparison }>, fields: Within<S>, about: About): LastingPredicate<S> => {
  const { is, value, than } = rule;
  const type = typeOf(value, fields);
  if (isLiteral(than) && isDay(than)) {
    const read = reader(value, fields, about) as Read<S, string | null>;
    const { day } = than;
    if (is === '=' || is === '!=') {
      const same = type === 'instant' ? sameDay(read, day) : (subject: S, at: string) => read(subject, at) === day;
      return is === '=' ? same : (subject, at) => !same(subject, at);
    }
    const edge = type === 'instant' ? edgeOf(is, day) : day;
    const holds = ORDER[is];
    return (subject, at) => {
      const found = read(subject, at);
      return found !== null && holds(found, edge);
    };
  }
  if (typeof than === 'number') return withNumber(is, reader(value, fields, about), than);
  if (typeof than === 'string') return oneOf(rule.value, [than], is === '=', fields, about);
  if (typeof than === 'boolean') {
    const read = reader(value, fields, about);
    return is === '=' ? (subject, at) => read(subject, at) === than : (subject, at) => read(subject, at) !== than;
  }
  const read = type === 'day' || type === 'instant' ? instants : numbers;
  const [left, right] = [read(value, fields, about), read(than, fields, about)];
  const holds = ORDER[is];
  return (subject, at) => {
    const [a, b] = [left(subject, at), right(subject, at)];
    return a === null || b === null ? is === '!=' : holds(a, b);
  };
};

const FEW = 8;

/** Whether what is found is one of these; texts as far as they stand for others too. */
const oneOf = <S>(value: Value, list: readonly Literal[], wanted: boolean, fields: Within<S>, about: About): LastingPredicate<S> => {
  const read = reader(value, fields, about);
  const texts = list.filter((one) => typeof one === 'string');
  const codes = codesFor(value, fields, texts);
  if (list.length === 1 && codes.length === 1) {
    const [code] = codes;
    return wanted ? (subject, at) => read(subject, at) === code : (subject, at) => read(subject, at) !== code;
  }
  const all: readonly unknown[] = [...codes, ...list.filter((one) => typeof one !== 'string')];
  // to look through a few is faster than to hash what is asked for
  if (all.length <= FEW) return (subject, at) => all.includes(read(subject, at)) === wanted;
  const set = new Set(all);
  return (subject, at) => set.has(read(subject, at)) === wanted;
};

const between = <S>({ value, from, to }: Extract<Rule, { is: 'between' }>, fields: Within<S>, about: About): LastingPredicate<S> => {
  const read = reader(value, fields, about);
  if (typeof from === 'number' && typeof to === 'number')
    return (subject, at) => {
      const found = read(subject, at);
      return typeof found === 'number' && found >= from && found <= to;
    };
  const days = [(from as { day: string }).day, (to as { day: string }).day] as const;
  const [first, last] = typeOf(value, fields) === 'instant' ? [startOf(days[0]), endOf(days[1])] : days;
  return (subject, at) => {
    const found = read(subject, at) as string | null;
    return found !== null && found >= first && found <= last;
  };
};

const inTime = <S>(
  { is, value, span }: Extract<Rule, { is: 'last' | 'next' | 'ago' }>,
  fields: Within<S>,
  about: About,
): LastingPredicate<S> => {
  const read = instants(value, fields, about);
  if (is === 'next') {
    const until = shiftedFrom(span);
    return (subject, at) => {
      const found = read(subject, at);
      return found !== null && found > at && found <= until(at);
    };
  }
  const since = shiftedFrom(span, -1);
  if (is === 'ago')
    return (subject, at) => {
      const found = read(subject, at);
      return found !== null && found <= since(at);
    };
  return (subject, at) => {
    const found = read(subject, at);
    return found !== null && found > since(at) && found <= at;
  };
};

const isEmpty = (found: Found): boolean => found === null || (Array.isArray(found) && found.length === 0);

const joined = <S>(parts: readonly LastingPredicate<S>[], all: boolean): LastingPredicate<S> => {
  if (parts.length === 2) {
    const [a, b] = parts;
    return all ? (subject, at) => a(subject, at) && b(subject, at) : (subject, at) => a(subject, at) || b(subject, at);
  }
  return all
    ? (subject, at) => {
        for (const part of parts) if (!part(subject, at)) return false;
        return true;
      }
    : (subject, at) => {
        for (const part of parts) if (part(subject, at)) return true;
        return false;
      };
};

const compile = <S>(rule: Rule, fields: Within<S>, about: About): LastingPredicate<S> => {
  switch (rule.is) {
    case 'and':
    case 'or':
      return joined(
        rule.parts.map((part) => compile(part, fields, about)),
        rule.is === 'and',
      );
    case 'not': {
      const inner = compile(rule.rule, fields, about);
      return (subject, at) => !inner(subject, at);
    }
    case 'segment':
      return compile(ruleOf(rule.segment, about), fields, { ...about, name: rule.segment });
    case 'random': {
      const { percent } = rule;
      const drawnAt = randomOrder(about.name);
      return (subject) => drawnAt(fields.idOf!(subject)) < percent;
    }
    case 'empty':
    case 'filled': {
      const read = reader(rule.value, fields, about);
      return rule.is === 'empty' ? (subject, at) => isEmpty(read(subject, at)) : (subject, at) => !isEmpty(read(subject, at));
    }
    case 'begins': {
      const read = reader(rule.value, fields, about) as Read<S, string | readonly string[] | null>;
      const { than } = rule;
      return (subject, at) => {
        const found = read(subject, at);
        return typeof found === 'string' ? found.startsWith(than) : (found?.some((one) => one.startsWith(than)) ?? false);
      };
    }
    case 'has': {
      const read = reader(rule.value, fields, about) as Read<S, readonly string[] | null>;
      const codes = new Set(codesFor(rule.value, fields, [rule.than]));
      return (subject, at) => read(subject, at)?.some((one) => codes.has(one)) ?? false;
    }
    case 'in':
      return oneOf(rule.value, rule.list, true, fields, about);
    case 'between':
      return between(rule, fields, about);
    case 'last':
    case 'next':
    case 'ago':
      return inTime(rule, fields, about);
    default:
      return compared(rule, fields, about);
  }
};

/** The rule of a segment that a checked rule names. */
export const ruleOf = (segment: string, { segments }: Pick<About, 'segments'>): Rule => {
  const rule = segments.get(segment);
  if (!rule) throw new Error(`There is no segment ${segment}: check the rule before it is compiled`);
  return rule;
};

/** A checked rule as a closure, to be asked at any instant. */
export const compileLasting = <S>(rule: Rule, vocabulary: Vocabulary<S>, about: About): LastingPredicate<S> =>
  compile(rule, vocabulary, about);

/** A checked rule as a closure, asked at one instant. */
export const compileRule = <S>(rule: Rule, vocabulary: Vocabulary<S>, { at, ...about }: Asking): Predicate<S> => {
  const holds = compile(rule, vocabulary, about);
  return (subject) => holds(subject, at);
};
