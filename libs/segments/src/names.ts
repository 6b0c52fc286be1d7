import { isLiteral, Rule, Value } from './rule.js';

const ofValue = (value: Value): readonly string[] => {
  if (isLiteral(value)) return [];
  if ('field' in value) return [value.field];
  return 'op' in value ? [...ofValue(value.left), ...ofValue(value.right)] : [value.of];
};

const ofRule = (rule: Rule): readonly string[] => {
  switch (rule.is) {
    case 'and':
    case 'or':
      return rule.parts.flatMap(ofRule);
    case 'not':
      return ofRule(rule.rule);
    case 'segment':
    case 'random':
      return [];
    default:
      return [...ofValue(rule.value), ...('than' in rule ? ofValue(rule.than) : [])];
  }
};

/** The fields and kinds of events that a rule itself asks, each once; what it asks of an event belongs to that event. */
export const namesIn = (rule: Rule): readonly string[] => [...new Set(ofRule(rule))];
