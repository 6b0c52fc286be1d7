import { Asking, compileRule, knownField, reader, ruleOf } from './compile.js';
import { isLiteral, Rule } from './rule.js';
import { randomOrder } from './random.js';
import { printRule, printTheValue } from './print.js';
import { Found, Vocabulary } from './vocabulary.js';

/** A condition that decided, and what was found. */
export interface Reason {
  readonly condition: string;
  readonly holds: boolean;
  readonly found: string;
}

/** Whether somebody belongs to a segment, and why. */
export interface Explanation {
  readonly member: boolean;
  /** As a sentence. */
  readonly says: string;
  readonly because: readonly Reason[];
}

const shown = (found: Found): string => {
  if (found === null || (Array.isArray(found) && found.length === 0)) return 'nothing';
  if (typeof found === 'boolean') return found ? 'yes' : 'no';
  return typeof found === 'number' ? String(Math.round(found * 1e6) / 1e6) : typeof found === 'string' ? found : found.join(', ');
};

interface Decided {
  readonly holds: boolean;
  readonly because: readonly Reason[];
}

const decided = <S>(rule: Rule, subject: S, vocabulary: Vocabulary<S>, asking: Asking): Decided => {
  switch (rule.is) {
    case 'and':
    case 'or': {
      const parts = rule.parts.map((part) => decided(part, subject, vocabulary, asking));
      const decisive = parts.filter(({ holds }) => holds === (rule.is === 'or'));
      const holds = rule.is === 'and' ? decisive.length === 0 : decisive.length > 0;
      return { holds, because: (decisive.length > 0 ? decisive : parts).flatMap(({ because }) => because) };
    }
    case 'not': {
      const { holds, because } = decided(rule.rule, subject, vocabulary, asking);
      return { holds: !holds, because };
    }
    case 'segment':
      return decided(ruleOf(rule.segment, asking), subject, vocabulary, { ...asking, name: rule.segment });
  }
  const holds = compileRule(rule, vocabulary, asking)(subject);
  return { holds, because: [{ condition: printRule(rule, vocabulary), holds, found: foundBy(rule, subject, vocabulary, asking) }] };
};

const foundBy = <S>(
  rule: Exclude<Rule, { is: 'and' | 'or' | 'not' | 'segment' }>,
  subject: S,
  vocabulary: Vocabulary<S>,
  asking: Asking,
): string => {
  if (rule.is === 'random') return `drawn at ${randomOrder(asking.name)(vocabulary.idOf(subject)).toFixed(3)}%`;
  const values = [rule.value, ...('than' in rule && !isLiteral(rule.than) ? [rule.than] : [])];
  return values
    .map((value) => {
      const found = `${printTheValue(value, vocabulary)} is ${shown(reader(value, vocabulary, asking)(subject, asking.at))}`;
      const field = typeof value === 'object' && 'field' in value ? knownField(vocabulary, value.field) : undefined;
      const exactness = field?.exactness?.(subject, asking.at) ?? null;
      return exactness === null ? found : `${found}, ${exactness}`;
    })
    .join(', ');
};

/** Why somebody belongs to a segment or not: the conditions that decided it. */
export const explainRule = <S>(rule: Rule, subject: S, vocabulary: Vocabulary<S>, asking: Asking): Explanation => {
  const { holds, because } = decided(rule, subject, vocabulary, asking);
  const reasons = because.map((reason) => `${reason.condition} ${reason.holds ? 'holds' : 'does not hold'} (${reason.found})`);
  return { member: holds, says: `${holds ? 'in' : 'out'}, because ${reasons.join('; ')}`, because };
};
