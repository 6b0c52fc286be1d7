import { About, Asking, knownEvents, knownField, reader, ruleOf, shiftedFrom, typeOf } from './compile.js';
import { isLiteral, Measure, Rule, Value } from './rule.js';
import { shifted, startOf } from './time.js';
import { EventKind, Fields, Vocabulary } from './vocabulary.js';

type Within<S> = Fields<S> & Partial<Vocabulary<S>>;

/** The next instant behind one at which passing time alone may change an answer; null: never. */
export type NextChange<S> = (subject: S, at: string) => string | null;

const earlier = (a: string | null, b: string | null): string | null => (b === null || (a !== null && a <= b) ? a : b);
const behind = (at: string, instant: string | null): string | null => (instant !== null && instant > at ? instant : null);

/** The first of all of them; undefined: no time changes anything. */
const firstOf = <S>(all: readonly (NextChange<S> | undefined)[]): NextChange<S> | undefined => {
  const some = all.filter((one) => one !== undefined);
  if (some.length < 2) return some[0];
  return (subject, at) => {
    let next: string | null = null;
    for (const one of some) next = earlier(next, one(subject, at));
    return next;
  };
};

/** When an event of a kind happens next, or counts otherwise than now. */
const turnsOf =
  <S>(kind: EventKind<S>): NextChange<S> =>
  (subject, at) => {
    let next: string | null = null;
    for (const entry of kind.entries(subject)) {
      next = earlier(next, behind(at, kind.at(entry)));
      if (kind.turns) next = earlier(next, behind(at, kind.turns(entry, at)));
    }
    return next;
  };

const ofEvents = <S>(measure: Measure, vocabulary: Within<S>, about: About): NextChange<S> | undefined => {
  const { window, where } = measure;
  const kind = knownEvents(vocabulary, measure.of);
  const inEach = firstOf<unknown>([
    measure.measure === 'sum' ? ofField(knownField(kind, measure.what)) : undefined,
    where && ofRule(where, kind, about),
  ]);
  const ofEntries: NextChange<S> | undefined =
    inEach &&
    ((subject, at) => {
      let next: string | null = null;
      for (const entry of kind.entries(subject)) next = earlier(next, inEach(entry, at));
      return next;
    });
  if (window && 'since' in window) return firstOf([turnsOf(kind), ofEntries, turnsOf(knownEvents(vocabulary, window.since))]);
  if (!window || !('last' in window)) return firstOf([turnsOf(kind), ofEntries]);
  const from = shiftedFrom(window.last, -1);
  const leaves: NextChange<S> = (subject, at) => {
    // of those that count now the first is the first to leave
    let first: string | null = null;
    for (const entry of kind.entries(subject)) {
      const when = kind.at(entry);
      if (when <= at) first = earlier(first, behind(from(at), when));
    }
    return first === null ? null : shifted(first, window.last);
  };
  return firstOf([turnsOf(kind), ofEntries, leaves]);
};

const ofField = <S>({ turns }: { readonly turns?: NextChange<S> }): NextChange<S> | undefined =>
  turns && ((subject, at) => behind(at, turns(subject, at)));

const ofValue = <S>(value: Value, fields: Within<S>, about: About): NextChange<S> | undefined => {
  if (isLiteral(value)) return undefined;
  if ('field' in value) return ofField(knownField(fields, value.field));
  if ('measure' in value) return ofEvents(value, fields, about);
  return firstOf([ofValue(value.left, fields, about), ofValue(value.right, fields, about)]);
};

const ofRule = <S>(rule: Rule, fields: Within<S>, about: About): NextChange<S> | undefined => {
  switch (rule.is) {
    case 'and':
    case 'or':
      return firstOf(rule.parts.map((part) => ofRule(part, fields, about)));
    case 'not':
      return ofRule(rule.rule, fields, about);
    case 'segment':
      return ofRule(ruleOf(rule.segment, about), fields, { ...about, name: rule.segment });
    case 'random':
      return undefined;
    case 'last':
    case 'next':
    case 'ago': {
      const read = reader(rule.value, fields, about);
      const isInstant = typeOf(rule.value, fields) === 'instant';
      const { span } = rule;
      const times = rule.is === 'next' ? -1 : 1;
      const edge = shiftedFrom(span, times === 1 ? -1 : 1);
      const own: NextChange<S> = (subject, at) => {
        const found = read(subject, at) as string | null;
        if (found === null) return null;
        const instant = isInstant ? found : startOf(found);
        return earlier(behind(at, instant), instant > edge(at) ? shifted(instant, span, times) : null);
      };
      return firstOf([own, ofValue(rule.value, fields, about)]);
    }
    default:
      return firstOf([ofValue(rule.value, fields, about), 'than' in rule ? ofValue(rule.than, fields, about) : undefined]);
  }
};

/** Tells at any instant when passing time alone may change whether a subject belongs to a segment. */
export const compileNextChange = <S>(rule: Rule, vocabulary: Vocabulary<S>, about: About): NextChange<S> =>
  ofRule(rule, vocabulary, about) ?? (() => null);

/** The next instant at which passing time alone may change whether a subject belongs to a segment; null: never. */
export const nextChange = <S>(rule: Rule, subject: S, vocabulary: Vocabulary<S>, { at, ...about }: Asking): string | null =>
  compileNextChange(rule, vocabulary, about)(subject, at);
