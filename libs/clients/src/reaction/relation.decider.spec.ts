import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { CloseCase, EndContract, GiveNotice, JoinClub, LeaveClub, OpenCase, RenewContract, StartContract } from './relation.commands.js';
import { day, faults, order } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));
const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };

const contract = { clientId, contractId: 'contract-1' };
const terms = {
  kind: 'subscription',
  articleId: 'gazette',
  amount: 990,
  currency: 'EUR',
  startsOn: '2026-03-01',
  endsOn: '2027-02-28',
} as const;
const start = order(StartContract, { ...contract, ...terms, contractNumber: 'V-1' });
const started = { type: 'ContractStarted', data: { ...contract, ...terms, personal: { contractNumber: 'V-1' } } };
const renew = order(RenewContract, { ...contract, endsOn: '2028-02-28' });
const renewed = { type: 'ContractRenewed', data: { ...contract, endsOn: '2028-02-28' } };
const notice = order(GiveNotice, { ...contract, by: 'client', endsOn: '2026-06-30' });
const noticed = { type: 'NoticeGiven', data: { ...contract, by: 'client', endsOn: '2026-06-30' } };
const end = order(EndContract, { ...contract, on: '2026-06-30', reason: 'too-dear' });
const ended = { type: 'ContractEnded', data: { ...contract, on: '2026-06-30', reason: 'too-dear' } };

const membership = { clientId, membershipId: 'membership-1' };
const join = order(JoinClub, { ...membership, clubId: 'wine', level: 'gold', cardNumber: 'M-1' });
const joined = { type: 'ClubJoined', data: { ...membership, clubId: 'wine', level: 'gold', personal: { cardNumber: 'M-1' } } };
const leave = order(LeaveClub, membership);
const left = { type: 'ClubLeft', data: { ...membership, clubId: 'wine', reason: null } };

const case1 = { clientId, caseId: 'case-1' };
const open = order(OpenCase, { ...case1, subject: 'repair', purchaseId: 'p-1', text: 'The handle came off' });
const opened = {
  type: 'CaseOpened',
  data: { ...case1, subject: 'repair', purchaseId: 'p-1', articleId: null, personal: { text: 'The handle came off' } },
};
const close = order(CloseCase, { ...case1, outcome: 'replaced' });
const closed = { type: 'CaseClosed', data: { ...case1, outcome: 'replaced', personal: null } };

describe.each([
  ['StartContract', start, [], started, null],
  ['RenewContract', renew, [started], renewed, 'unknown-contract'],
  ['GiveNotice', notice, [started], noticed, 'unknown-contract'],
  ['EndContract', end, [started], ended, 'unknown-contract'],
  ['JoinClub', join, [], joined, null],
  ['LeaveClub', leave, [joined], left, 'unknown-membership'],
  ['OpenCase', open, [], opened, null],
  ['CloseCase', close, [opened], closed, 'unknown-case'],
])('%s', (_, command, before, event, unknown) => {
  it('is recorded', () =>
    given(registered, ...before)
      .when(command)
      .then(event));
  it('is repeatable', () =>
    given(registered, ...before, event)
      .when(command)
      .thenNothing());
  it('is repeatable when what is personal has been erased', () => {
    const erased = [...before, event].map(({ type, data }) => ({ type, data: 'personal' in data ? { ...data, personal: null } : data }));
    given(registered, ...erased)
      .when(command)
      .thenNothing();
  });
  it('needs a registered client', () => given().when(command).thenRejected('unknown-client'));
  if (unknown !== null) it('needs what it is about', () => given(registered).when(command).thenRejected(unknown));
});

describe('a contract', () => {
  it('stands beside others of the client', () => {
    const other = { ...started, data: { ...started.data, contractId: 'contract-2' } };
    given(registered, other, { ...ended, data: { ...ended.data, contractId: 'contract-2' } })
      .when(start)
      .then(started);
  });
  it('may be without an end and without an amount', () =>
    given(registered)
      .when(order(StartContract, { ...contract, kind: 'contract', startsOn: '2026-03-01' }))
      .then({
        type: 'ContractStarted',
        data: {
          ...contract,
          kind: 'contract',
          articleId: null,
          amount: null,
          currency: null,
          startsOn: '2026-03-01',
          endsOn: null,
          personal: null,
        },
      }));
  it('is renewed for good', () =>
    given(registered, started)
      .when(order(RenewContract, contract))
      .then({ ...renewed, data: { ...contract, endsOn: null } }));
  it('goes on when it is renewed after a notice, if only as before', () => {
    const sameEnd = order(RenewContract, { ...contract, endsOn: '2026-06-30' });
    given(registered, started, noticed)
      .when(sameEnd)
      .then({ ...renewed, data: { ...contract, endsOn: '2026-06-30' } });
  });
  it('is over when it has ended', () => {
    given(registered, started, ended).when(renew).thenRejected('contract-ended');
    given(registered, started, ended).when(notice).thenRejected('contract-ended');
  });
  it('does not end before it begins', () => {
    const before = '2026-02-28';
    given(registered)
      .when(order(StartContract, { ...start, endsOn: before }))
      .thenRejected('wrong-term');
    given(registered, started)
      .when(order(RenewContract, { ...renew, endsOn: before }))
      .thenRejected('wrong-term');
    given(registered, started)
      .when(order(GiveNotice, { ...notice, endsOn: before }))
      .thenRejected('wrong-term');
    given(registered, started)
      .when(order(EndContract, { ...end, on: before }))
      .thenRejected('wrong-term');
  });
  it('has an amount with a currency', () => {
    const { amount: _, ...rest } = start;
    given(registered).when(order(StartContract, rest)).thenRejected('no-amount');
  });
});

it.each([
  [StartContract, { ...start, kind: 'promise' }, 'kind'],
  [StartContract, { ...start, startsOn: 'now' }, 'startsOn'],
  [GiveNotice, { ...notice, by: 'nobody' }, 'by'],
  [JoinClub, { ...join, clubId: '' }, 'clubId'],
  [OpenCase, { ...open, subject: undefined }, 'subject'],
])('%p: a wrong field is named', (type, fields, field) => expect(faults(type, fields)).toEqual([field]));
