import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { entry } from '../entries.js';
import { DeclareIndicator, IndicatorWish, RetireIndicator } from './indicator.commands.js';
import { IndicatorEvent, IndicatorKind, IndicatorTerms } from './indicator.events.js';

/** An indicator as it stands. */
export interface Indicator {
  readonly name: string;
  readonly terms: IndicatorTerms;
  /** One more with each declaration. */
  readonly version: number;
  readonly status: 'active' | 'retired';
  /** It waits for what comes behind this instant. */
  readonly since: string;
}

/** All indicators by id. */
export type Indicators = Readonly<Record<string, Indicator>>;

export const INDICATORS_STREAM = 'indicators';

type Term = Exclude<keyof IndicatorWish, 'name' | 'kind'>;

const NEEDED: Readonly<Record<IndicatorKind, readonly Term[]>> = {
  birthday: ['daysAhead'],
  'contract-end': ['daysAhead'],
  class: [],
  score: ['score', 'direction', 'threshold'],
  'segment-entered': ['segmentId'],
  'segment-left': ['segmentId'],
};
const ALLOWED: Readonly<Partial<Record<IndicatorKind, readonly Term[]>>> = { class: ['from', 'to'] };

const bad = (message: string, field: string): DomainError => new DomainError('bad-indicator', message, field);

/** What is said of an indicator, if that is all that its kind asks and nothing else. */
const termsOf = ({ kind, name: _, ...given }: IndicatorWish): IndicatorTerms => {
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const missing = NEEDED[kind].find((term) => !(term in said));
  if (missing) throw bad(`An indicator of the kind ${kind} needs ${missing}`, missing);
  const known: readonly string[] = [...NEEDED[kind], ...(ALLOWED[kind] ?? [])];
  const surplus = Object.keys(said).find((term) => !known.includes(term));
  if (surplus) throw bad(`An indicator of the kind ${kind} has no ${surplus}: leave it out`, surplus);
  if (Object.keys(said).length === 0) throw bad('Say from which classes, to which classes, or both', 'to');
  return { kind, ...said } as IndicatorTerms;
};

const commands = { DeclareIndicator, RetireIndicator };

/** What is watched for. */
export const indicatorsDecider: Decider<Indicators, typeof commands, IndicatorEvent> = {
  commands,
  stream: () => INDICATORS_STREAM,
  initial: {},
  decide: {
    DeclareIndicator: (indicators, { indicatorId, ...wish }) => {
      const { name } = wish;
      const terms = termsOf(wish);
      const before = entry(indicators, indicatorId);
      if (before?.status === 'active' && before.name === name && canonicalJson(before.terms) === canonicalJson(terms)) return [];
      return [{ type: 'IndicatorDeclared', data: { indicatorId, name, version: (before?.version ?? 0) + 1, terms } }];
    },
    RetireIndicator: (indicators, { indicatorId }) => {
      const before = entry(indicators, indicatorId);
      if (!before) throw new DomainError('unknown-indicator', `There is no indicator ${indicatorId}: declare it first`, 'indicatorId');
      return before.status === 'retired' ? [] : [{ type: 'IndicatorRetired', data: { indicatorId } }];
    },
  },
  evolve: {
    IndicatorDeclared: (indicators, { indicatorId, name, version, terms }, since) => ({
      ...indicators,
      [indicatorId]: { name, terms, version, status: 'active', since },
    }),
    IndicatorRetired: (indicators, { indicatorId }) => ({
      ...indicators,
      [indicatorId]: { ...indicators[indicatorId], status: 'retired' },
    }),
  },
};

/** Those that wait for something of these kinds, by id. */
export const activeOf = <K extends IndicatorKind>(
  indicators: Indicators,
  kinds: readonly K[],
): readonly (readonly [string, Indicator & { readonly terms: Extract<IndicatorTerms, { kind: K }> }])[] =>
  Object.entries(indicators).filter(
    ([, { status, terms }]) => status === 'active' && (kinds as readonly IndicatorKind[]).includes(terms.kind),
  ) as never;
