import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import {
  AssignAccountOwner,
  AssignPointOfSale,
  JoinCompany,
  JoinHousehold,
  LeaveCompany,
  LeaveHousehold,
  MoveProspect,
} from './membership.commands.js';
import { day, order } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));
const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };
const known = given(registered);

describe('a household', () => {
  const join = order(JoinHousehold, { clientId, householdId: 'h-1', role: 'adult', on: '2026-03-01' });
  const joined = { type: 'HouseholdJoined', data: { clientId, householdId: 'h-1', role: 'adult', on: '2026-03-01' } };
  const left = { type: 'HouseholdLeft', data: { clientId, householdId: 'h-1', on: '2026-04-01' } };
  it('is joined', () => known.when(join).then(joined));
  it('is joined once', () => given(registered, joined).when(join).thenNothing());
  it('is one at a time', () =>
    given(registered, joined)
      .when(order(JoinHousehold, { ...join, householdId: 'h-2', on: '2026-04-01' }))
      .then(left, { type: 'HouseholdJoined', data: { clientId, householdId: 'h-2', role: 'adult', on: '2026-04-01' } }));
  it('is not left before it was joined', () => {
    given(registered, joined)
      .when(order(JoinHousehold, { ...join, householdId: 'h-2', on: '2026-02-28' }))
      .thenRejected('wrong-day');
    given(registered, joined)
      .when(order(LeaveHousehold, { clientId, on: '2026-02-28' }))
      .thenRejected('wrong-day');
  });
  it('is left', () =>
    given(registered, joined)
      .when(order(LeaveHousehold, { clientId, on: '2026-04-01' }))
      .then(left));
  it('is left once', () =>
    given(registered, joined, left)
      .when(order(LeaveHousehold, { clientId, on: '2026-04-01' }))
      .thenNothing());
});

describe('a company', () => {
  const join = order(JoinCompany, { clientId, companyId: 'c-1', role: 'buyer', on: '2026-03-01' });
  const joined = { type: 'CompanyJoined', data: { clientId, companyId: 'c-1', role: 'buyer', on: '2026-03-01' } };
  const leave = order(LeaveCompany, { clientId, companyId: 'c-1', on: '2026-04-01' });
  const left = { type: 'CompanyLeft', data: { clientId, companyId: 'c-1', on: '2026-04-01' } };
  it('is joined', () => known.when(join).then(joined));
  it('is joined once in one role', () => given(registered, joined).when(join).thenNothing());
  it('is one of several', () => {
    const other = { ...joined, data: { ...joined.data, companyId: 'c-2' } };
    given(registered, joined, other).when(leave).then(left);
    given(registered, joined, other, left).when(leave).thenNothing();
  });
});

describe('the account owner', () => {
  const assign = order(AssignAccountOwner, { clientId, salespersonId: 'miller' });
  const assigned = (salespersonId: string | null) => ({ type: 'AccountOwnerAssigned', data: { clientId, salespersonId } });
  const appointment = { at: day(9), durationMinutes: 30 };
  const planned = (contactId: string, salespersonId: string | null) => ({
    type: 'ContactPlanned',
    data: { clientId, contactId, kind: 'visit', ...appointment, salespersonId, personal: null },
  });
  it('is assigned', () => known.when(assign).then(assigned('miller')));
  it('is assigned once', () => given(registered, assigned('miller')).when(assign).thenNothing());
  it('takes over what the former one had planned, and nothing else', () =>
    given(registered, assigned('jones'), planned('v-1', 'jones'), planned('v-2', 'smith'), planned('v-3', null))
      .when(assign)
      .then(assigned('miller'), {
        type: 'PlannedContactMoved',
        data: { clientId, contactId: 'v-1', ...appointment, salespersonId: 'miller' },
      }));
  it('may be nobody', () =>
    given(registered, assigned('jones'), planned('v-1', 'jones')).when(order(AssignAccountOwner, { clientId })).then(assigned(null)));
});

it('a point of sale serves the client', () => {
  const assign = order(AssignPointOfSale, { clientId, pointOfSaleId: 'hb' });
  const assigned = { type: 'PointOfSaleAssigned', data: { clientId, pointOfSaleId: 'hb' } };
  known.when(assign).then(assigned);
  given(registered, assigned).when(assign).thenNothing();
});

it('a prospect moves on', () => {
  const move = order(MoveProspect, { clientId, stage: 'quoted', nextStep: 'call-back', nextOn: '2026-03-08' });
  const moved = { type: 'ProspectMoved', data: { clientId, stage: 'quoted', nextStep: 'call-back', nextOn: '2026-03-08' } };
  known.when(move).then(moved);
  given(registered, moved).when(move).thenNothing();
});

it.each([
  order(JoinHousehold, { clientId, householdId: 'h-1', role: 'adult', on: '2026-03-01' }),
  order(LeaveHousehold, { clientId, on: '2026-03-01' }),
  order(JoinCompany, { clientId, companyId: 'c-1', role: 'buyer', on: '2026-03-01' }),
  order(LeaveCompany, { clientId, companyId: 'c-1', on: '2026-03-01' }),
  order(AssignAccountOwner, { clientId, salespersonId: 'miller' }),
  order(AssignPointOfSale, { clientId, pointOfSaleId: 'hb' }),
  order(MoveProspect, { clientId, stage: 'quoted' }),
])('nobody belongs anywhere who is not registered: $constructor.name', (command) => given().when(command).thenRejected('unknown-client'));
