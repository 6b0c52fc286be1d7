import { Asking, knownEvents, knownField, reader, ruleOf, typeOf } from './compile.js';
import { isLiteral, Measure, Rule, Value } from './rule.js';
import { shifted, startOf } from './time.js';
import { Fields, Vocabulary } from './vocabulary.js';

type Within<S> = Fields<S> & Partial<Vocabulary<S>>;

const ofEvents = <S>(measure: Measure, subject: S, vocabulary: Within<S>, asking: Asking): readonly string[] => {
  const { window, where } = measure;
  const kind = knownEvents(vocabulary, measure.of);
  const sum = measure.measure === 'sum' ? knownField(kind, measure.what) : null;
  const since = window && 'since' in window ? knownEvents(vocabulary, window.since) : null;
  return [
    ...kind.entries(subject).flatMap((entry) => {
      const at = kind.at(entry);
      const leaves = window && 'last' in window ? [shifted(at, window.last)] : [];
      const turns = [kind.turns?.(entry, asking.at) ?? null, sum?.turns?.(entry, asking.at) ?? null];
      return [at, ...leaves, ...turns.filter((turn) => turn !== null), ...(where ? inRule(where, entry, kind, asking) : [])];
    }),
    ...(since ? since.entries(subject).flatMap((entry) => [since.at(entry), since.turns?.(entry, asking.at) ?? []].flat()) : []),
  ];
};

const inValue = <S>(value: Value, subject: S, fields: Within<S>, asking: Asking): readonly string[] => {
  if (isLiteral(value)) return [];
  if ('field' in value) {
    const turns = knownField(fields, value.field).turns?.(subject, asking.at) ?? null;
    return turns === null ? [] : [turns];
  }
  if ('measure' in value) return ofEvents(value, subject, fields, asking);
  return [...inValue(value.left, subject, fields, asking), ...inValue(value.right, subject, fields, asking)];
};

/** Instants at which passing time may change the answer; those that are over among them. */
const inRule = <S>(rule: Rule, subject: S, fields: Within<S>, asking: Asking): readonly string[] => {
  switch (rule.is) {
    case 'and':
    case 'or':
      return rule.parts.flatMap((part) => inRule(part, subject, fields, asking));
    case 'not':
      return inRule(rule.rule, subject, fields, asking);
    case 'segment':
      return inRule(ruleOf(rule.segment, asking), subject, fields, { ...asking, name: rule.segment });
    case 'random':
      return [];
    case 'last':
    case 'next':
    case 'ago': {
      const found = reader(rule.value, fields, asking)(subject) as string | null;
      const own = inValue(rule.value, subject, fields, asking);
      if (found === null) return own;
      const at = typeOf(rule.value, fields) === 'instant' ? found : startOf(found);
      return [at, shifted(at, rule.span, rule.is === 'next' ? -1 : 1), ...own];
    }
    default: {
      const than = 'than' in rule ? inValue(rule.than, subject, fields, asking) : [];
      return [...inValue(rule.value, subject, fields, asking), ...than];
    }
  }
};

/** The next instant at which passing time alone may change whether a subject belongs to a segment; null: never. */
export const nextChange = <S>(rule: Rule, subject: S, vocabulary: Vocabulary<S>, asking: Asking): string | null => {
  let next: string | null = null;
  for (const at of inRule(rule, subject, vocabulary, asking)) if (at > asking.at && (next === null || at < next)) next = at;
  return next;
};
