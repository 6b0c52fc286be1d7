import { RecordedEvent } from '@boucle/eventsourcing';
import { CancelOrder, IssueInvoice, PlaceOrder, RecordPayment, RecordReminder, ReportOpenBalance } from '../reaction/account.commands.js';
import { RegisterClient } from './client.commands.js';
import { ClientFile, clientFileOf } from './client-file.js';
import { ClientEvent } from './client.events.js';
import { CancelPlannedContact, MovePlannedContact, PlanContact, RecordContact, ReportContact } from '../reaction/contact.commands.js';
import { CancelPurchase, RecordPurchase, ReturnPurchase } from '../purchase/purchase.commands.js';
import {
  CloseCase,
  EndContract,
  GiveNotice,
  JoinClub,
  LeaveClub,
  OpenCase,
  RenewContract,
  StartContract,
} from '../reaction/relation.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { day, live, order, Step } from '../testing.js';

const clientId = 'client-1';
const EUR = { clientId, currency: 'EUR' };
const register: Step = [day(0), order(RegisterClient, { clientId, attributes: {}, person: { lastName: 'Keller' } })];
const historyOf = (...steps: readonly Step[]) => {
  const { history, answers } = live(register, ...steps);
  expect(answers.map(({ refusal }) => refusal)).toEqual(Array(steps.length + 1).fill(null));
  return history;
};
const fileOf = (...steps: readonly Step[]): ClientFile => clientFileOf(clientId, historyOf(...steps))!;

describe('the file of a client', () => {
  it('is not there for somebody who is not', () => expect(clientFileOf(clientId, [])).toBeNull());

  it('has nothing in its groups at first, and says who he is', () => {
    const { personal, actions, reactions } = fileOf();
    expect(personal).toMatchObject({ clientId, person: { lastName: 'Keller' } });
    expect([...Object.values(actions), ...Object.values(reactions)].flatMap((group) => Object.values(group as object))).toEqual([]);
  });

  it('tells contacts with their reports, and planned ones as they stand, the next first', () => {
    const plan = (contactId: string, days: number): Step => [
      day(1),
      order(PlanContact, { clientId, contactId, kind: 'visit', at: day(days), durationMinutes: 30, note: `Visit ${contactId}` }),
    ];
    const { actions } = fileOf(
      ...[plan('held', 3), plan('late', 9), plan('soon', 8), plan('cancelled', 5)],
      [day(2), order(MovePlannedContact, { clientId, contactId: 'late', at: day(12), salespersonId: 'miller' })],
      [day(2), order(CancelPlannedContact, { clientId, contactId: 'cancelled' })],
      [day(3), order(RecordContact, { clientId, contactId: 'held', kind: 'visit', outcome: 'interested' })],
      [day(4), order(ReportContact, { clientId, contactId: 'held', reportId: 'r', note: 'Likes red' })],
    );
    expect(actions.contacts).toEqual([
      {
        at: day(3),
        contactId: 'held',
        kind: 'visit',
        channel: null,
        outcome: 'interested',
        reports: [{ at: day(4), contactId: 'held', reportId: 'r', outcome: null, note: 'Likes red' }],
      },
    ]);
    expect(actions.planned).toEqual([
      { at: day(8), contactId: 'soon', kind: 'visit', durationMinutes: 30, salespersonId: null, note: 'Visit soon' },
      { at: day(12), contactId: 'late', kind: 'visit', durationMinutes: 30, salespersonId: 'miller', note: 'Visit late' },
    ]);
  });

  it('tells what is left of each purchase and each invoice', () => {
    const { reactions } = fileOf(
      [day(1), order(PlaceOrder, { ...EUR, orderId: 'o', amount: 500, orderNumber: 'B-1' })],
      [day(1), order(PlaceOrder, { ...EUR, orderId: 'o-2', amount: 700 })],
      [day(2), order(CancelOrder, { clientId, orderId: 'o-2' })],
      [day(2), order(RecordPurchase, { ...EUR, purchaseId: 'p', amount: 500, orderId: 'o', orderNumber: 'B-1' })],
      [day(2), order(RecordPurchase, { ...EUR, purchaseId: 'p-2', amount: 100 })],
      [day(3), order(CancelPurchase, { clientId, purchaseId: 'p-2' })],
      [day(3), order(ReturnPurchase, { clientId, returnId: 'r', purchaseId: 'p', amount: 200 })],
      [day(4), order(IssueInvoice, { ...EUR, invoiceId: 'i', purchaseId: 'p', amount: 500 })],
      [day(5), order(RecordPayment, { ...EUR, paymentId: 'a', invoiceId: 'i', amount: 150 })],
      [day(5), order(RecordPayment, { clientId, currency: 'CHF', paymentId: 'b', amount: 40 })],
      [day(6), order(RecordReminder, { clientId, reminderId: 'm', invoiceId: 'i', level: 1 })],
      [day(7), order(ReportOpenBalance, { ...EUR, amount: 360 })],
      [day(8), order(ReportOpenBalance, { ...EUR, amount: 350 })],
    );
    expect(reactions.purchases).toMatchObject([
      { at: day(2), purchaseId: 'p', kept: 300, orderNumber: 'B-1' },
      { purchaseId: 'p-2', kept: null },
    ]);
    expect(reactions.returns).toMatchObject([{ returnId: 'r', kept: true }]);
    expect(reactions.orders).toMatchObject([
      { orderId: 'o', orderNumber: 'B-1', cancelled: null },
      { orderId: 'o-2', cancelled: { at: day(2) } },
    ]);
    expect(reactions.invoices).toMatchObject([{ invoiceId: 'i', open: 350, reminders: [{ level: 1 }] }]);
    expect(reactions.openBalances).toEqual({ EUR: 350, CHF: -40 });
    expect(reactions.reportedBalances).toEqual({ EUR: { at: day(8), currency: 'EUR', amount: 350 } });
  });

  it('tells what lasts, and how it ended', () => {
    const contract = { clientId, contractId: 'c' };
    const { reactions } = fileOf(
      [day(1), order(StartContract, { ...contract, kind: 'subscription', startsOn: '2026-03-01', endsOn: '2026-12-31' })],
      [day(1), order(StartContract, { ...contract, contractId: 'c-2', kind: 'contract', startsOn: '2026-03-01' })],
      [day(2), order(RenewContract, { ...contract, endsOn: '2027-12-31' })],
      [day(3), order(GiveNotice, { ...contract, by: 'client', endsOn: '2026-06-30' })],
      [day(4), order(EndContract, { ...contract, on: '2026-06-30' })],
      [day(5), order(JoinClub, { clientId, membershipId: 'm', clubId: 'wine', cardNumber: 'M-1' })],
      [day(6), order(LeaveClub, { clientId, membershipId: 'm' })],
      [day(7), order(OpenCase, { clientId, caseId: 'k', subject: 'repair', text: 'The handle came off' })],
      [day(8), order(CloseCase, { clientId, caseId: 'k', outcome: 'replaced' })],
      [day(9), order(RecordResponse, { clientId, responseId: 'r', kind: 'hotline-call', subject: 'delivery', text: 'Where is it?' })],
    );
    expect(reactions.contracts).toMatchObject([
      { contractId: 'c', renewals: [{ endsOn: '2027-12-31' }], notices: [{ by: 'client' }], ended: { on: '2026-06-30' } },
      { contractId: 'c-2', renewals: [], notices: [], ended: null },
    ]);
    expect(reactions.memberships).toMatchObject([{ cardNumber: 'M-1', left: { at: day(6) } }]);
    expect(reactions.cases).toMatchObject([{ text: 'The handle came off', closed: { outcome: 'replaced' } }]);
    expect(reactions.responses).toMatchObject([{ kind: 'hotline-call', text: 'Where is it?' }]);
  });

  it('leaves out words that were erased, and goes on', () => {
    const history = historyOf(
      [day(1), order(PlanContact, { clientId, contactId: 'v', kind: 'visit', at: day(9), durationMinutes: 30, note: 'Secret' })],
      [day(1), order(RecordPurchase, { ...EUR, purchaseId: 'p', amount: 500, orderNumber: 'Secret' })],
      [day(2), order(OpenCase, { clientId, caseId: 'k', subject: 'repair', text: 'Secret' })],
    );
    const erased = history.map(
      (event) =>
        ({ ...event, data: 'personal' in event.data ? { ...event.data, personal: null } : event.data }) as RecordedEvent<ClientEvent>,
    );
    const file = clientFileOf(clientId, erased)!;
    expect(file.reactions).toMatchObject({ purchases: [{ purchaseId: 'p' }], cases: [{ caseId: 'k' }] });
    expect(JSON.stringify(file)).not.toContain('Secret');
  });
});
