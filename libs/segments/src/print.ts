import { isLiteral, Literal, Measure, Rule, Span, Value, Window } from './rule.js';
import { isPlainName } from './tokens.js';
import { EventKind } from './vocabulary.js';

const nameOf = (name: string): string => (isPlainName(name) ? name : `\`${name}\``);

/** A literal as a rule has it. */
export const printLiteral = (literal: Literal): string => {
  if (typeof literal === 'string') return JSON.stringify(literal);
  if (typeof literal === 'boolean') return literal ? 'yes' : 'no';
  return typeof literal === 'number' ? String(literal) : literal.day;
};

const printSpan = ({ count, unit }: Span): string => `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;

/** How one event of a kind is called. */
type Singular = (of: string) => string;

const printWindow = (window: Window, one: Singular): string => {
  if ('last' in window) return ` in the last ${printSpan(window.last)}`;
  return 'since' in window ? ` since the last ${nameOf(one(window.since))}` : ` between ${window.from} and ${window.to}`;
};

const printMeasure = (measure: Measure, one: Singular): string => {
  const what = measure.measure === 'sum' ? `${nameOf(measure.what)} of ` : '';
  const window = measure.window ? printWindow(measure.window, one) : '';
  const where = measure.where ? ` where ${print(measure.where, one)}` : '';
  return `${measure.measure}(${what}${nameOf(measure.of)}${window}${where})`;
};

const RANK = { '+': 1, '-': 1, '*': 2, '/': 2 } as const;

const printValue = (value: Value, one: Singular, rank = 0): string => {
  if (isLiteral(value)) return printLiteral(value);
  if ('field' in value) return nameOf(value.field);
  if ('measure' in value) return printMeasure(value, one);
  const own = RANK[value.op];
  const text = `${printValue(value.left, one, own)} ${value.op} ${printValue(value.right, one, own + 1)}`;
  return own < rank ? `(${text})` : text;
};

const PHRASES = {
  last: (span: string) => `in the last ${span}`,
  next: (span: string) => `in the next ${span}`,
  ago: (span: string) => `more than ${span} ago`,
} as const;

const print = (rule: Rule, one: Singular): string => {
  const inner = (part: Rule): string => (part.is === 'and' || part.is === 'or' ? `(${print(part, one)})` : print(part, one));
  switch (rule.is) {
    case 'and':
    case 'or':
      return rule.parts.map(inner).join(` ${rule.is} `);
    case 'not':
      return `not ${inner(rule.rule)}`;
    case 'segment':
      return `segment ${JSON.stringify(rule.segment)}`;
    case 'random':
      return `random ${rule.percent}%`;
  }
  const value = printValue(rule.value, one);
  switch (rule.is) {
    case 'in':
      return `${value} in (${rule.list.map(printLiteral).join(', ')})`;
    case 'between':
      return `${value} between ${printLiteral(rule.from)} and ${printLiteral(rule.to)}`;
    case 'empty':
    case 'filled':
      return `${value} is ${rule.is}`;
    case 'begins':
      return `${value} begins with ${printLiteral(rule.than)}`;
    case 'has':
      return `${value} has ${printLiteral(rule.than)}`;
    case 'last':
    case 'next':
    case 'ago':
      return `${value} ${PHRASES[rule.is](printSpan(rule.span))}`;
    default:
      return `${value} ${rule.is} ${printValue(rule.than, one)}`;
  }
};

const singularIn =
  (events: readonly Pick<EventKind<never>, 'name' | 'one'>[]): Singular =>
  (of) =>
    events.find(({ name }) => name === of)?.one ?? of;

/** The rule as people read and write it: `parseRule` makes the same rule of it. */
export const printRule = (rule: Rule, { events }: { readonly events: readonly Pick<EventKind<never>, 'name' | 'one'>[] }): string =>
  print(rule, singularIn(events));

/** A value as people read it. */
export const printTheValue = (value: Value, { events }: { readonly events: readonly Pick<EventKind<never>, 'name' | 'one'>[] }): string =>
  printValue(value, singularIn(events));
