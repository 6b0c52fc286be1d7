import {
  Calculation,
  Comparison,
  COMPARISONS,
  isLiteral,
  Literal,
  Measure,
  Occurrences,
  Rule,
  Span,
  Unit,
  UNITS,
  Value,
  Window,
} from './rule.js';
import { Place, RuleError } from './rule-error.js';
import { Token, tokensOf } from './tokens.js';
import { EventKind, nearest } from './vocabulary.js';

/** A rule that was written as text, and where each part of it stands there. */
export interface ParsedRule {
  readonly rule: Rule;
  /** Of a node, or of what it has under a key. */
  readonly placeOf: (node: object, key?: string) => Place | undefined;
}

type Piece = { readonly place: Place } & ({ readonly rule: Rule } | { readonly value: Value });

const LONGEST = 20_000;
const DEEPEST = 40;

const COMPARED = 'a comparison such as = "x", >= 2, in ("x", "y"), between 1 and 5, is filled, has "x", in the last 90 days';

class Parser {
  private readonly tokens: readonly Token[];
  private readonly places = new WeakMap<object, Record<string, Place>>();
  private next = 0;
  private depth = 0;

  constructor(
    text: string,
    private readonly kinds: readonly Pick<EventKind<never>, 'name' | 'one'>[],
  ) {
    this.tokens = tokensOf(text);
  }

  whole(): ParsedRule {
    const rule = this.asRule(this.alternatives());
    if (this.token.is !== 'end') this.expected('and, or, or the end of the rule');
    return { rule, placeOf: (node, key = '') => this.places.get(node)?.[key] };
  }

  private get token(): Token {
    return this.tokens[this.next];
  }

  private expected(what: string): never {
    const { is, says, place } = this.token;
    throw new RuleError(place, `expected ${what}, but found ${is === 'text' ? JSON.stringify(says) : says}`);
  }

  /** Takes the next token if it is this one. */
  private took(is: Token['is'], ...says: string[]): Token | null {
    const { token } = this;
    if (token.is !== is || (says.length > 0 && !says.includes(token.says))) return null;
    this.next++;
    return token;
  }

  private takes(is: Token['is'], says: string, what = says): Token {
    return this.took(is, says) ?? this.expected(what);
  }

  /** Remembers where a node and what it holds stand. */
  private placed<N extends object>(node: N, place: Place, parts: Record<string, Place> = {}): N {
    this.places.set(node, { '': place, ...parts });
    return node;
  }

  private asRule(piece: Piece): Rule {
    if ('rule' in piece) return piece.rule;
    throw new RuleError(piece.place, `a value alone is no condition: behind it belongs ${COMPARED}`);
  }

  private asValue(piece: Piece): Value {
    if ('value' in piece) return piece.value;
    throw new RuleError(piece.place, 'expected a value here (a field, a number, count(…)), but found a condition');
  }

  private chain(is: 'and' | 'or', operand: () => Piece): Piece {
    const first = operand();
    const parts = [first];
    while (this.took('word', is)) parts.push(operand());
    if (parts.length === 1) return first;
    return { rule: this.placed({ is, parts: parts.map((part) => this.asRule(part)) }, first.place), place: first.place };
  }

  private alternatives(): Piece {
    if (++this.depth > DEEPEST)
      throw new RuleError(this.token.place, `brackets are nested deeper than ${DEEPEST} levels: make a segment of the inner part`);
    const piece = this.chain('or', () => this.chain('and', () => this.negation()));
    this.depth--;
    return piece;
  }

  private negation(): Piece {
    const { place } = this.token;
    let nots = 0;
    while (this.took('word', 'not')) nots++;
    const piece = this.condition();
    if (nots === 0) return piece;
    let rule = this.asRule(piece);
    for (; nots > 0; nots--) rule = this.placed({ is: 'not', rule }, place);
    return { rule, place };
  }

  private condition(): Piece {
    const left = this.sum();
    const { token } = this;
    const tail = this.tail();
    if (!tail) return left;
    const value = this.asValue(left);
    return { rule: this.placed({ ...tail.rest, value } as Rule, token.place, { value: left.place, ...tail.parts }), place: left.place };
  }

  /** What stands behind the value of a condition, null if nothing of that kind does. */
  private tail(): { readonly rest: object; readonly parts?: Record<string, Place> } | null {
    const sign = this.took('sign', ...COMPARISONS);
    if (sign) {
      const { place } = this.token;
      return { rest: { is: sign.says as Comparison, than: this.asValue(this.sum()) }, parts: { than: place } };
    }
    if (this.took('word', 'is')) {
      const { place } = this.token;
      const word = this.took('word', 'empty', 'filled') ?? this.expected('empty or filled behind is');
      return { rest: { is: word.says }, parts: { than: place } };
    }
    if (this.took('word', 'has')) {
      const text = this.took('text') ?? this.expected('a text in double quotes behind has');
      return { rest: { is: 'has', than: text.says }, parts: { than: text.place } };
    }
    if (this.took('word', 'begins')) {
      this.takes('word', 'with');
      const text = this.took('text') ?? this.expected('a text in double quotes behind begins with');
      return { rest: { is: 'begins', than: text.says }, parts: { than: text.place } };
    }
    if (this.took('word', 'between')) {
      const [from, to] = [this.literal(), (this.takes('word', 'and'), this.literal())];
      return { rest: { is: 'between', from: from.value, to: to.value }, parts: { from: from.place, to: to.place } };
    }
    if (this.took('word', 'more')) {
      this.takes('word', 'than');
      const { place } = this.token;
      const span = this.span();
      this.takes('word', 'ago');
      return { rest: { is: 'ago', span }, parts: { span: place } };
    }
    if (!this.took('word', 'in')) return null;
    if (this.took('word', 'the')) {
      const word = this.took('word', 'last', 'next') ?? this.expected('last or next behind in the');
      const { place } = this.token;
      return { rest: { is: word.says, span: this.span() }, parts: { span: place } };
    }
    this.takes('sign', '(', 'a list such as ("x", "y"), or the last 90 days, behind in');
    const list = [this.literal()];
    while (this.took('sign', ',')) list.push(this.literal());
    this.takes('sign', ')', ', or )');
    const places = list.map(({ place }, i) => [`list[${i}]`, place] as const);
    return { rest: { is: 'in', list: list.map(({ value }) => value) }, parts: Object.fromEntries(places) };
  }

  private literal(): { readonly value: Literal; readonly place: Place } {
    const { place } = this.token;
    const piece = this.primary();
    if ('value' in piece && isLiteral(piece.value)) return { value: piece.value, place };
    throw new RuleError(place, 'expected a text in double quotes, a number, a day such as 2026-03-01, yes or no');
  }

  private span(): Span {
    const number = this.took('number') ?? this.expected('a number of days, weeks, months or years');
    const { token } = this;
    const unit = token.is === 'name' ? (token.says.endsWith('s') ? token.says : `${token.says}s`) : '';
    if (!Object.hasOwn(UNITS, unit)) {
      const meant = nearest(token.says, Object.keys(UNITS));
      throw new RuleError(
        token.place,
        `expected days, weeks, months or years, but found ${token.says}${meant ? `: did you mean ${meant}?` : ''}`,
      );
    }
    this.next++;
    return this.placed({ count: Number(number.says), unit: unit as Unit }, number.place);
  }

  private calculation(operand: () => Piece, ...signs: Calculation['op'][]): Piece {
    let left = operand();
    for (let sign = this.took('sign', ...signs); sign; sign = this.took('sign', ...signs)) {
      const { place } = this.token;
      const right = this.asValue(operand());
      const node = { op: sign.says as Calculation['op'], left: this.asValue(left), right };
      left = { value: this.placed(node, left.place, { left: left.place, right: place }), place: left.place };
    }
    return left;
  }

  private sum(): Piece {
    return this.calculation(() => this.calculation(() => this.primary(), '*', '/'), '+', '-');
  }

  private primary(): Piece {
    const { token } = this;
    const { place } = token;
    this.next++;
    switch (token.is) {
      case 'text':
        return { value: token.says, place };
      case 'number':
        return { value: Number(token.says), place };
      case 'day':
        return { value: this.placed({ day: token.says }, place), place };
      case 'name':
        return { value: this.placed({ field: token.says }, place), place };
    }
    switch (token.says) {
      case '-': {
        const number = this.took('number') ?? this.expected('a number behind the minus');
        return { value: -Number(number.says), place };
      }
      case 'yes':
      case 'no':
        return { value: token.says === 'yes', place };
      case 'segment': {
        const name = this.took('text') ?? this.expected('the name of a segment in double quotes');
        return { rule: this.placed({ is: 'segment', segment: name.says }, place, { segment: name.place }), place };
      }
      case 'random': {
        const number = this.took('number') ?? this.expected('how many in a hundred, for example 10%');
        this.takes('sign', '%', '% behind the number');
        return { rule: this.placed({ is: 'random', percent: Number(number.says) }, place, { percent: number.place }), place };
      }
      case 'count':
      case 'sum':
      case 'first':
      case 'last':
        return this.measure(token.says, place);
      case '(': {
        const piece = this.alternatives();
        this.takes('sign', ')', 'and, or, or )');
        return piece;
      }
    }
    this.next--;
    return this.expected('a field, a number, a text in double quotes, a day, count(…), segment "…", random …% or a bracket');
  }

  private kind(of: 'name' | 'one'): Token {
    const names = this.kinds.map((kind) => kind[of]);
    return this.took('name') ?? this.expected(names.join(', '));
  }

  private measure(measure: 'count' | 'sum' | 'first' | 'last', place: Place): Piece {
    this.takes('sign', '(');
    const what = measure === 'sum' ? (this.took('name') ?? this.expected('what is added up, for example amount.EUR of purchases')) : null;
    if (what) this.takes('word', 'of');
    const kind = this.kind('name');
    const window = this.window();
    const where = this.took('word', 'where') ? this.asRule(this.alternatives()) : null;
    this.takes('sign', ')', window ? 'where, or )' : 'in the last …, since the last …, between … and …, where, or )');
    const occurrences: Occurrences = { of: kind.says, ...(window && { window }), ...(where && { where }) };
    const node: Measure = measure === 'sum' ? { measure, what: what!.says, ...occurrences } : { measure, ...occurrences };
    return { value: this.placed(node, place, { of: kind.place, ...(what && { what: what.place }) }), place };
  }

  private window(): Window | null {
    const { place } = this.token;
    if (this.took('word', 'in')) {
      this.takes('word', 'the');
      this.takes('word', 'last');
      return this.placed({ last: this.span() }, place);
    }
    if (this.took('word', 'since')) {
      this.takes('word', 'the');
      this.takes('word', 'last');
      const one = this.kind('one');
      return this.placed({ since: this.kinds.find((kind) => kind.one === one.says)?.name ?? one.says }, place, { since: one.place });
    }
    if (!this.took('word', 'between')) return null;
    const from = this.took('day') ?? this.expected('a day such as 2026-03-01');
    this.takes('word', 'and');
    const to = this.took('day') ?? this.expected('a day such as 2026-03-01');
    return this.placed({ from: from.says, to: to.says }, place, { from: from.place, to: to.place });
  }
}

/** Reads the text of a rule; what it speaks of is checked by `checkRule`. */
export const parseRule = (text: string, { events }: { readonly events: readonly Pick<EventKind<never>, 'name' | 'one'>[] }): ParsedRule => {
  if (text.length > LONGEST)
    throw new RuleError({ line: 1, column: 1 }, `a rule has at most ${LONGEST} letters: make segments of its parts`);
  return new Parser(text, events).whole();
};
