/** A day, YYYY-MM-DD (UTC). */
export interface Day {
  readonly day: string;
}

/** What a condition compares with. */
export type Literal = string | number | boolean | Day;

/** Days in a unit of time: they are counted, no calendar is asked. */
export const UNITS = { days: 1, weeks: 7, months: 30, years: 365 } as const;
export type Unit = keyof typeof UNITS;

/** A stretch of time. */
export interface Span {
  readonly count: number;
  readonly unit: Unit;
}

/** Which events count: those of the last stretch of time, those after the last event of some kind, or those of these days. */
export type Window = { readonly last: Span } | { readonly since: string } | { readonly from: string; readonly to: string };

/** Events of a kind, as far as they lie in the window and fulfil a rule of their own. */
export interface Occurrences {
  readonly of: string;
  readonly window?: Window;
  readonly where?: Rule;
}

/** How many events there are, when the first or the last one was, or what a field of theirs adds up to. */
export type Measure = Occurrences & ({ readonly measure: 'count' | 'first' | 'last' } | { readonly measure: 'sum'; readonly what: string });

export interface FieldOf {
  readonly field: string;
}

export interface Calculation {
  readonly op: '+' | '-' | '*' | '/';
  readonly left: Value;
  readonly right: Value;
}

export type Value = Literal | FieldOf | Measure | Calculation;

export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>='] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Who belongs to a segment. A condition on something empty does not hold, but for `!=`, which is the contrary of `=`. */
export type Rule =
  | { readonly is: 'and' | 'or'; readonly parts: readonly Rule[] }
  | { readonly is: 'not'; readonly rule: Rule }
  | { readonly is: Comparison; readonly value: Value; readonly than: Value }
  | { readonly is: 'in'; readonly value: Value; readonly list: readonly Literal[] }
  /** Both ends belong to it. */
  | { readonly is: 'between'; readonly value: Value; readonly from: Literal; readonly to: Literal }
  | { readonly is: 'empty' | 'filled'; readonly value: Value }
  /** The text, or one of the list, begins with this. */
  | { readonly is: 'begins'; readonly value: Value; readonly than: string }
  /** The list has this value. */
  | { readonly is: 'has'; readonly value: Value; readonly than: string }
  /** Not longer ago than this, not further ahead than this, or longer ago than this. */
  | { readonly is: 'last' | 'next' | 'ago'; readonly value: Value; readonly span: Span }
  | { readonly is: 'segment'; readonly segment: string }
  /** So many in a hundred, drawn by the client's id and the segment's own name. */
  | { readonly is: 'random'; readonly percent: number };

export const isDay = (value: Value): value is Day => typeof value === 'object' && 'day' in value;
export const isLiteral = (value: Value): value is Literal => typeof value !== 'object' || isDay(value);
