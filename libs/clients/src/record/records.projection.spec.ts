import { specProjection } from '../../../eventsourcing/src/testing.js';
import { calendarsProjection, portfoliosProjection } from './portfolios.projection.js';
import {
  actingOn,
  companiesProjection,
  householdsProjection,
  pointsOfSaleProjection,
  salespeopleProjection,
  SalespersonFile,
} from './records.projection.js';
import { day } from '../testing.js';

it('a household holds who lives in it and who has moved', () => {
  const given = specProjection(householdsProjection, day(0));
  const joined = (clientId: string, role: string) => ({
    type: 'HouseholdJoined',
    data: { clientId, householdId: 'h', role, on: '2026-03-01' },
  });
  given(
    joined('ann', 'adult'),
    joined('bob', 'child'),
    { type: 'HouseholdAddressed', data: { householdId: 'h', addressee: 'ann', salutation: 'family' } },
    { type: 'HouseholdLeft', data: { clientId: 'bob', householdId: 'h', on: '2026-04-01' } },
  ).then('h', {
    householdId: 'h',
    members: { ann: { role: 'adult', from: '2026-03-01', until: null }, bob: { role: 'child', from: '2026-03-01', until: '2026-04-01' } },
    addressee: 'ann',
    salutation: 'family',
  });
});

it('a company holds its people, also before it is described', () => {
  const given = specProjection(companiesProjection, day(0));
  const joined = { type: 'CompanyJoined', data: { clientId: 'ann', companyId: 'c', role: 'buyer', on: '2026-03-01' } };
  const company = { legalName: 'Keller AG' };
  const members = { ann: { role: 'buyer', from: '2026-03-01', until: null } };
  given(joined).then('c', { companyId: 'c', company: null, closed: false, members });
  given(joined, { type: 'CompanyDescribed', data: { companyId: 'c', company } }, { type: 'CompanyClosed', data: { companyId: 'c' } }).then(
    'c',
    { companyId: 'c', company, closed: true, members },
  );
  given(joined, { type: 'CompanyLeft', data: { clientId: 'ann', companyId: 'c', on: '2026-04-01' } }).then('c', {
    companyId: 'c',
    company: null,
    closed: false,
    members: { ann: { ...members.ann, until: '2026-04-01' } },
  });
});

it('a point of sale is open until it is closed', () => {
  const given = specProjection(pointsOfSaleProjection, day(0));
  const described = { type: 'PointOfSaleDescribed', data: { pointOfSaleId: 'hb', pointOfSale: { name: 'HB', kind: 'shop' } } };
  given(described).then('hb', { ...described.data, closed: false });
  given(described, { type: 'PointOfSaleClosed', data: { pointOfSaleId: 'hb' } }).then('hb', { ...described.data, closed: true });
});

describe('a salesperson', () => {
  const given = specProjection(salespeopleProjection, day(0));
  const described = (personal: object | null) => ({
    type: 'SalespersonDescribed',
    data: { salespersonId: 'eva', kind: 'agent', areas: [], personal },
  });
  const absence = { from: '2026-03-02', until: '2026-03-15', deputyId: 'tom' };
  const file = { salespersonId: 'eva', kind: 'agent', areas: [], absences: [absence], handedTo: 'tom' };
  const rest = [
    { type: 'AbsenceStated', data: { salespersonId: 'eva', ...absence } },
    { type: 'PortfolioHandedOver', data: { salespersonId: 'eva', toSalespersonId: 'tom' } },
  ];
  it('is known by name until he is erased', () => {
    given(described({ name: 'Eva' }), ...rest).then('eva', { ...file, identity: { name: 'Eva' } });
    given(described(null), ...rest).then('eva', { ...file, identity: null });
  });

  const files: Record<string, SalespersonFile> = Object.fromEntries(
    [
      ['eva', 'tom'],
      ['tom', 'uma'],
      ['uma', 'eva'],
    ].map(([salespersonId, deputyId]) => [
      salespersonId,
      {
        salespersonId,
        kind: 'agent' as const,
        areas: [],
        identity: null,
        handedTo: null,
        absences: [{ from: salespersonId === 'eva' ? '2026-03-01' : '2026-03-10', until: '2026-03-20', deputyId }],
      },
    ]),
  );
  it('is stood in for by his deputy, or by the deputy of that one; round in a circle by the last who can', () => {
    const acting = (on: string) => actingOn(files.eva, on, (id) => files[id] ?? null);
    expect(['2026-02-28', '2026-03-01', '2026-03-10', '2026-03-21'].map(acting)).toEqual(['eva', 'tom', 'uma', 'eva']);
  });
});

describe('what is planned with a client', () => {
  const planned = { kind: 'visit', at: day(9), durationMinutes: 30, salespersonId: 'eva' };
  const key = { clientId: 'ann', contactId: 'v-1' };
  const plan = (personal: object | null) => ({ type: 'ContactPlanned', data: { ...key, ...planned, personal } });
  const moved = { type: 'PlannedContactMoved', data: { ...key, at: day(10), durationMinutes: 30, salespersonId: 'tom' } };
  const recorded = { type: 'ContactRecorded', data: { ...key, kind: 'visit', channel: null } };
  const portfolio = { clientId: 'ann', ownerId: null, prospect: null, planned: {} };

  it('stands in his portfolio until it is held or cancelled', () => {
    const given = specProjection(portfoliosProjection, day(0));
    given(plan({ note: 'bring samples' })).then('ann', { ...portfolio, planned: { 'v-1': { ...planned, note: 'bring samples' } } });
    given(plan(null), moved).then('ann', {
      ...portfolio,
      planned: { 'v-1': { ...planned, at: day(10), salespersonId: 'tom', note: null } },
    });
    given(plan(null), recorded).then('ann', portfolio);
    given(plan(null), { type: 'ClientErased', data: { clientId: 'ann', reason: 'requested', requestedBy: 'person' } }).then('ann', null);
    given(plan(null), { type: 'PlannedContactCancelled', data: { ...key, salespersonId: 'eva' } }).then('ann', portfolio);
    given(
      { type: 'AccountOwnerAssigned', data: { clientId: 'ann', salespersonId: 'eva' } },
      { type: 'ProspectMoved', data: { clientId: 'ann', stage: 'quoted', nextStep: null, nextOn: null } },
    ).then('ann', { ...portfolio, ownerId: 'eva', prospect: { stage: 'quoted', nextStep: null, nextOn: null } });
  });

  it('says with whom the client is one, also of whom nothing is planned yet', () => {
    const given = specProjection(portfoliosProjection, day(0));
    const merged = { type: 'ClientsMerged', data: { clientId: 'ann', mergedId: 'anna', winners: {} } };
    const alias = { type: 'AliasBegun', data: { clientId: 'ann', survivorId: 'eve' } };
    given(merged).then('ann', { ...portfolio, merged: [{ clientId: 'anna', winners: {} }] });
    given(merged, { type: 'ClientsUnmerged', data: { clientId: 'ann', mergedId: 'anna' } }).then('ann', portfolio);
    given(alias).then('ann', { ...portfolio, mergedInto: 'eve' });
    given(alias, { type: 'AliasEnded', data: { clientId: 'ann', survivorId: 'eve' } }).then('ann', portfolio);
  });

  it('stands in the calendar of who is to do it', () => {
    const given = specProjection(calendarsProjection, day(0));
    given(plan(null)).then('ann/v-1', { ...key, salespersonId: 'eva', at: day(9) });
    given(plan(null), moved).then('ann/v-1', { ...key, salespersonId: 'tom', at: day(10) });
    given(plan(null), recorded).then('ann/v-1', null);
    given(plan(null), { type: 'PlannedContactCancelled', data: { ...key, salespersonId: 'eva' } }).then('ann/v-1', null);
  });
});
