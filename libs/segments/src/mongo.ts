import { Asking, codesFor, knownEvents, knownField, ruleOf, typeOf } from './compile.js';
import { Comparison, isDay, isLiteral, Literal, Measure, Rule, Value } from './rule.js';
import { randomPlace } from './random.js';
import { RuleError } from './rule-error.js';
import { before, endOf, shifted, startOf } from './time.js';
import { Expression, Fields, Vocabulary } from './vocabulary.js';

/** What is asked: a stored document, or an entry of a list in it. */
interface Asked<S> {
  readonly fields: Fields<S> & Partial<Vocabulary<S>>;
  /** What paths begin with. */
  readonly of: string;
  readonly depth: number;
}

const refuse = (what: string): never => {
  throw new RuleError({ path: 'rule' }, `${what} cannot be asked of the document store: ask by scanning instead`);
};

const and = (...parts: readonly Expression[]): Expression => ({ $and: parts });
const exists = (value: Expression): Expression => ({ $ne: [{ $ifNull: [value, null] }, null] });
const isNumber = (value: Expression): Expression => ({ $isNumber: value });
/** Dollars in a text are no path. */
const literal = (value: unknown): Expression => ({ $literal: value });

const fieldExpression = <S>(name: string, { fields, of }: Asked<S>, { at }: Asking): Expression => {
  const { stored } = knownField(fields, name);
  return stored ? stored(of, at) : refuse(name);
};

/** The last instant of a kind of events, as far as it is over; empty if there was none. */
const lastOf = <S>(name: string, { fields, of }: Asked<S>, at: string): Expression => {
  const { stored } = knownEvents(fields, name);
  if (!stored) return refuse(name);
  const counts = stored.counts ? [stored.counts('$$this.', at)] : [];
  const over = and({ $lte: [stored.at('$$this.'), at] }, { $gt: [stored.at('$$this.'), '$$value'] }, ...counts);
  const input = { $ifNull: [stored.entries(of), []] };
  return { $reduce: { input, initialValue: '', in: { $cond: [over, stored.at('$$this.'), '$$value'] } } };
};

const entriesOf = <S>(measure: Measure, asked: Asked<S>, asking: Asking): Expression => {
  const { window, where } = measure;
  const kind = knownEvents(asked.fields, measure.of);
  const { stored } = kind;
  if (!stored) return refuse(measure.of);
  const { at } = asking;
  const as = `e${asked.depth}`;
  const when = stored.at(`$$${as}.`);
  const until = window && 'to' in window && endOf(window.to) < at ? endOf(window.to) : at;
  const from = (): Expression => {
    if (!window) return '';
    if ('since' in window) return lastOf(window.since, asked, at);
    return 'last' in window ? shifted(at, window.last, -1) : before(window.from);
  };
  const inner: Asked<unknown> = { fields: kind, of: `$$${as}.`, depth: asked.depth + 1 };
  const counts = stored.counts ? [stored.counts(`$$${as}.`, at)] : [];
  const cond = and({ $gt: [when, from()] }, { $lte: [when, until] }, ...counts, ...(where ? [expression(where, inner, asking)] : []));
  return { $filter: { input: { $ifNull: [stored.entries(asked.of), []] }, as, cond } };
};

const measureExpression = <S>(measure: Measure, asked: Asked<S>, asking: Asking): Expression => {
  const kind = knownEvents(asked.fields, measure.of);
  const entries = entriesOf(measure, asked, asking);
  const each = (value: Expression): Expression => ({ $map: { input: entries, as: 'one', in: value } });
  switch (measure.measure) {
    case 'count':
      return { $size: entries };
    case 'sum':
      return { $sum: each(fieldExpression(measure.what, { fields: kind, of: '$$one.', depth: asked.depth }, asking)) };
    case 'first':
      return { $min: each(kind.stored!.at('$$one.')) };
    case 'last':
      return { $max: each(kind.stored!.at('$$one.')) };
  }
};

/** What a value is; null or missing: nothing is known. */
const valueExpression = <S>(value: Value, asked: Asked<S>, asking: Asking): Expression => {
  if (isLiteral(value)) return literal(value);
  if ('field' in value) return fieldExpression(value.field, asked, asking);
  if ('measure' in value) return measureExpression(value, asked, asking);
  const [left, right] = [numberExpression(value.left, asked, asking), numberExpression(value.right, asked, asking)];
  const known = and(exists('$$left'), exists('$$right'), ...(value.op === '/' ? [{ $ne: ['$$right', 0] }] : []));
  const operator = { '+': '$add', '-': '$subtract', '*': '$multiply', '/': '$divide' }[value.op];
  return { $let: { vars: { left, right }, in: { $cond: [known, { [operator]: ['$$left', '$$right'] }, null] } } };
};

const isOpen = <S>(value: Value, { fields }: Asked<S>): boolean => typeOf(value, fields) === 'open';

const numberExpression = <S>(value: Value, asked: Asked<S>, asking: Asking): Expression => {
  const number = valueExpression(value, asked, asking);
  return isOpen(value, asked) ? { $cond: [isNumber(number), number, null] } : number;
};

const instantExpression = <S>(value: Value, asked: Asked<S>, asking: Asking): Expression => {
  const found = valueExpression(value, asked, asking);
  return typeOf(value, asked.fields) === 'day' ? { $cond: [exists(found), { $concat: [found, startOf('')] }, null] } : found;
};

const OPERATORS: Readonly<Record<Comparison, string>> = { '=': '$eq', '!=': '$ne', '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' };

const within = (value: Expression, from: Expression, to: Expression): Expression => and({ $gte: [value, from] }, { $lte: [value, to] });

const oneOf = <S>(value: Value, list: readonly Literal[], asked: Asked<S>, asking: Asking): Expression => {
  const codes = codesFor(
    value,
    asked.fields,
    list.filter((one) => typeof one === 'string'),
  );
  const all = [...codes, ...list.filter((one) => typeof one !== 'string')];
  return { $in: [{ $ifNull: [valueExpression(value, asked, asking), null] }, literal(all)] };
};

const comparison = <S>({ is, value, than }: Extract<Rule, { is: Comparison }>, asked: Asked<S>, asking: Asking): Expression => {
  if (is === '!=') return { $not: [comparison({ is: '=', value, than }, asked, asking)] };
  const found = valueExpression(value, asked, asking);
  if (isLiteral(than)) {
    if (isDay(than)) {
      if (typeOf(value, asked.fields) === 'day') return and(exists(found), { [OPERATORS[is]]: [found, than.day] });
      if (is === '=') return within(found, startOf(than.day), endOf(than.day));
      return and(exists(found), { [OPERATORS[is]]: [found, is === '<' || is === '>=' ? startOf(than.day) : endOf(than.day)] });
    }
    if (is === '=') return oneOf(value, [than], asked, asking);
    return and(isNumber(found), { [OPERATORS[is]]: [found, literal(than)] });
  }
  const timely = ['day', 'instant'].includes(typeOf(value, asked.fields));
  const [left, right] = [value, than].map((side) => (timely ? instantExpression : numberExpression)(side, asked, asking));
  return { $let: { vars: { left, right }, in: and(exists('$$left'), exists('$$right'), { [OPERATORS[is]]: ['$$left', '$$right'] }) } };
};

const inTime = <S>({ is, value, span }: Extract<Rule, { is: 'last' | 'next' | 'ago' }>, asked: Asked<S>, asking: Asking): Expression => {
  const found = instantExpression(value, asked, asking);
  const { at } = asking;
  if (is === 'next') return and({ $gt: [found, at] }, { $lte: [found, shifted(at, span)] });
  const since = shifted(at, span, -1);
  return is === 'ago' ? and(exists(found), { $lte: [found, since] }) : and({ $gt: [found, since] }, { $lte: [found, at] });
};

const expression = <S>(rule: Rule, asked: Asked<S>, asking: Asking): Expression => {
  switch (rule.is) {
    case 'and':
      return and(...rule.parts.map((part) => expression(part, asked, asking)));
    case 'or':
      return { $or: rule.parts.map((part) => expression(part, asked, asking)) };
    case 'not':
      return { $not: [expression(rule.rule, asked, asking)] };
    case 'segment':
      return expression(ruleOf(rule.segment, asking), asked, { ...asking, name: rule.segment });
    case 'random':
      return { $lt: [randomPlace(asking.name, `$${asked.fields.storedId}`), rule.percent] };
    case 'filled':
    case 'empty': {
      const found = valueExpression(rule.value, asked, asking);
      const filled = typeOf(rule.value, asked.fields) === 'list' ? { $gt: [{ $size: { $ifNull: [found, []] } }, 0] } : exists(found);
      return rule.is === 'filled' ? filled : { $not: [filled] };
    }
    case 'begins': {
      const found = valueExpression(rule.value, asked, asking);
      const begins = (text: Expression): Expression => ({ $eq: [{ $indexOfBytes: [text, literal(rule.than)] }, 0] });
      if (typeOf(rule.value, asked.fields) !== 'list') return begins(found);
      return { $anyElementTrue: [{ $map: { input: { $ifNull: [found, []] }, as: 'text', in: begins('$$text') } }] };
    }
    case 'has': {
      const list = { $ifNull: [valueExpression(rule.value, asked, asking), []] };
      return { $gt: [{ $size: { $setIntersection: [list, literal(codesFor(rule.value, asked.fields, [rule.than]))] } }, 0] };
    }
    case 'in':
      return oneOf(rule.value, rule.list, asked, asking);
    case 'between': {
      const found = valueExpression(rule.value, asked, asking);
      const { from, to } = rule;
      if (typeof from === 'number') return and(isNumber(found), within(found, literal(from), literal(to)));
      const days = [(from as { day: string }).day, (to as { day: string }).day] as const;
      return typeOf(rule.value, asked.fields) === 'day' ? within(found, ...days) : within(found, startOf(days[0]), endOf(days[1]));
    }
    case 'last':
    case 'next':
    case 'ago':
      return inTime(rule, asked, asking);
    default:
      return comparison(rule, asked, asking);
  }
};

/** A checked rule as a filter of MongoDB over the documents that the fields' `stored` speak of; refuses what no document says. */
export const mongoFilter = <S>(rule: Rule, vocabulary: Vocabulary<S>, asking: Asking): { readonly $expr: Expression } => ({
  $expr: expression(rule, { fields: vocabulary, of: '$', depth: 0 }, asking),
});
