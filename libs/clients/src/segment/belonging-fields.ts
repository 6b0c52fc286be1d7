import { Expression, FieldFamily } from '@boucle/segments';
import { ClientHistory, purchasesUntil, reactionsUntil } from '../history/client-history.js';
import { summaryOf } from '../purchase/purchase-history.js';
import { Member } from '../record/records.projection.js';
import { historyTurns } from './behaviour-fields.js';
import { dayAfter, dayOf, earliest, field, Of, Read, startOf, stored } from './field.js';
import { SegmentFacts } from './segment-facts.js';
import { SegmentSubject } from './segment-subject.js';
import { storedSpent } from './stored-history.js';
import { all, any, either, given, isNull, isThere, listAt, ofEach, orNull, those } from './stored-expressions.js';
import { ALONE, CompanyAround, HouseholdAround } from './surroundings.js';

const householdOf = ({ around = ALONE }: SegmentSubject): HouseholdAround | null => around.household;

const livesThere = ({ from, until }: Member, day: string): boolean => from <= day && (until === null || day <= until);

const householdTurns = ({ around = ALONE }: SegmentSubject, at: string): string | null =>
  earliest(
    at,
    (around.household?.members ?? []).flatMap(({ from, until }) => [startOf(from), until === null ? null : dayAfter(until)]),
  );

const historiesTurn = (subject: SegmentSubject, at: string): string | null => {
  const histories = [subject.history, ...(householdOf(subject)?.histories ?? [])];
  return earliest(
    at,
    histories.map((history) => historyTurns(history, at)),
  );
};

/** What all members of a household come to together; nothing for who lives in none. */
const together =
  (of: (history: ClientHistory, at: string) => number): Read =>
  (subject, at) => {
    const household = householdOf(subject);
    return household && [subject.history, ...household.histories].reduce((sum, history) => sum + of(history, at), 0);
  };

const storedTogether = (value: (history: string) => Expression): Expression => {
  const others = ofEach(listAt('$around.household.histories'), 'other', value('$$other'));
  return either(isNull('$around.household.members'), null, { $add: [value('$history'), { $sum: others }] });
};

const householdFields = (facts: SegmentFacts): readonly Of[] => [
  stored('householdRole', 'role in the household', 'code', 'around.household.role', (subject) => householdOf(subject)?.role, {
    codes: Object.keys(facts.catalogues.entries.householdRole ?? {}),
  }),
  field(
    'householdSize',
    'members of the household, himself included',
    'number',
    (subject, at) => householdOf(subject)?.members.filter((member) => livesThere(member, dayOf(at))).length,
    {
      turns: householdTurns,
      stored: (of, at) => {
        const day = dayOf(at);
        const lives = all({ $lte: ['$$member.from', day] }, any(isNull('$$member.until'), { $gte: ['$$member.until', day] }));
        const members = `${of}around.household.members`;
        return either(isNull(members), null, { $size: those(listAt(members), 'member', lives) });
      },
    },
  ),
  field(
    'householdResponses',
    'reactions of the household besides purchases',
    'number',
    together((history, at) => reactionsUntil(history, at).length),
    {
      turns: historiesTurn,
      stored: (_, at) => storedTogether((history) => ({ $size: those(listAt(`${history}.reactions`), 'one', { $lte: ['$$one.at', at] }) })),
    },
  ),
];

const companiesAt = ({ around = ALONE }: SegmentSubject, at: string): readonly CompanyAround[] =>
  around.companies.filter(({ on }) => on <= dayOf(at));

const companyTurns = ({ around = ALONE }: SegmentSubject, at: string): string | null =>
  earliest(
    at,
    around.companies.map(({ on }) => startOf(on)),
  );

const storedCompanies = (of: string, at: string): Expression =>
  those(listAt(`${of}around.companies`), 'company', { $lte: ['$$company.on', dayOf(at)] });

const ofCompanies = (name: string, label: string, key: 'companyId' | 'role' | 'sector' | 'trade', codes?: readonly string[]): Of =>
  field(name, label, 'list', (subject, at) => companiesAt(subject, at).flatMap((company) => company[key] ?? []), {
    ...(codes && { codes }),
    turns: companyTurns,
    stored: (of, at) => those(ofEach(storedCompanies(of, at), 'one', orNull(`$$one.${key}`)), 'word', { $ne: ['$$word', null] }),
  });

const companyFields = ({ catalogues: { entries } }: SegmentFacts): readonly Of[] => [
  ofCompanies('company', 'companies in which he has a role', 'companyId'),
  ofCompanies('companyRole', 'roles in companies', 'role', Object.keys(entries.companyRole ?? {})),
  ofCompanies('companySector', 'sectors of his companies', 'sector', entries.sector && Object.keys(entries.sector)),
  ofCompanies('companyTrade', 'trades of his companies', 'trade', entries.trade && Object.keys(entries.trade)),
  field(
    'companyHeadcount',
    'headcount of the largest of his companies',
    'number',
    (subject, at) => {
      const counts = companiesAt(subject, at).flatMap(({ headcount }) => headcount ?? []);
      return counts.length === 0 ? null : Math.max(...counts);
    },
    { turns: companyTurns, stored: (of, at) => ({ $max: ofEach(storedCompanies(of, at), 'one', '$$one.headcount') }) },
  ),
  field(
    'companiesAbove',
    'companies above his in their chains',
    'list',
    (subject, at) => companiesAt(subject, at).flatMap(({ above }) => above),
    {
      turns: companyTurns,
      stored: (of, at) => ({
        $reduce: { input: storedCompanies(of, at), initialValue: [], in: { $concatArrays: ['$$value', listAt('$$this.above')] } },
      }),
    },
  ),
  field(
    'chainPlace',
    'place of his companies in their chains: how many stand above, at most',
    'number',
    (subject, at) => {
      const heights = companiesAt(subject, at).map(({ above }) => above.length);
      return heights.length === 0 ? null : Math.max(...heights);
    },
    { turns: companyTurns, stored: (of, at) => ({ $max: ofEach(storedCompanies(of, at), 'one', { $size: listAt('$$one.above') }) }) },
  ),
];

const accountFields = ({ catalogues: { entries } }: SegmentFacts): readonly Of[] => [
  stored('accountOwner', 'salesperson who looks after him', 'text', 'history.belongs.ownerId', ({ history }) => history.belongs?.ownerId),
  stored(
    'servedBy',
    'point of sale that serves him',
    'text',
    'history.belongs.pointOfSaleId',
    ({ history }) => history.belongs?.pointOfSaleId,
  ),
  stored(
    'prospectStage',
    'how far a prospect has come',
    'code',
    'history.belongs.prospect.stage',
    ({ history }) => history.belongs?.prospect?.stage,
    {
      codes: Object.keys(entries.prospectStage ?? {}),
    },
  ),
  stored(
    'nextStep',
    'what is to be done next with a prospect',
    'text',
    'history.belongs.prospect.nextStep',
    ({ history }) => history.belongs?.prospect?.nextStep,
  ),
  stored(
    'nextStepOn',
    'when that is to be done',
    'day',
    'history.belongs.prospect.nextOn',
    ({ history }) => history.belongs?.prospect?.nextOn,
  ),
];

/** Among whom somebody lives and works, and who looks after him. */
export const belongingFields = (facts: SegmentFacts): readonly Of[] => [
  ...householdFields(facts),
  ...companyFields(facts),
  ...accountFields(facts),
];

/** What households have spent, by currency. */
export const householdFamily: FieldFamily<SegmentSubject> = {
  prefix: 'householdSpent.',
  example: 'householdSpent.EUR',
  field: (currency) =>
    field(
      `householdSpent.${currency}`,
      `spent by his household, in ${currency}`,
      'number',
      (subject, at) => {
        const cents = together((history, when) => summaryOf(purchasesUntil(history, when)).monetary[currency] ?? 0)(subject, at) as
          number | null;
        return cents === null ? null : cents / 100;
      },
      {
        turns: historiesTurn,
        stored: (_, at) =>
          given(
            { cents: storedTogether((history) => storedSpent(currency, at, history)) },
            either(isThere('$$cents'), { $divide: ['$$cents', 100] }, null),
          ),
      },
    ),
};
