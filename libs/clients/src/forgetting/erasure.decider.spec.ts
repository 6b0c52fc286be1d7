import { fold } from '@boucle/eventsourcing';
import { recorded, specDecider, specProjection } from '../../../eventsourcing/src/testing.js';
import { DispatchMailing, RegisterClient, WithholdContact } from '../client/client.commands.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { clientDecider, mailingOf } from '../client/client.decider.js';
import { RecordContact } from '../reaction/contact.commands.js';
import { AcknowledgeErasure, CompleteErasure, EraseClient, ReportCopies } from './erasure.commands.js';
import { awaited, Erasure, erasuresProjection, isOverdue } from './erasures.projection.js';
import { identityProjection } from '../person/identity.projection.js';
import { AddEmail, AssignReference } from '../person/person.commands.js';
import { profileProjection } from '../client/profile.projection.js';
import { day, order, unasked } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(1));

const registered = { type: 'ClientRegistered', data: { clientId, attributes: { region: 'north' }, personal: { lastName: 'Keller' } } };
const email = { type: 'EmailAdded', data: { clientId, emailId: 'work', personal: { email: 'keller@example.org' } } };
const placement = { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter' };
const mailed = {
  type: 'MailingDispatched',
  data: { clientId, ...placement, mailingId: 'spring.1.client-1', channel: 'post', cost: 55, priorContacts: 0, windowEndsAt: day(14) },
};
const bought = { type: 'PurchaseRecorded', data: { clientId, purchaseId: 'order-1', amount: 100, currency: 'EUR', credit: null } };
const erase = order(EraseClient, { clientId, reason: 'requested', requestedBy: 'person' });
const erased = { type: 'ClientErased', data: { clientId, reason: 'requested', requestedBy: 'person' } };
const gone = given(registered, email, mailed, bought, erased);

describe('EraseClient', () => {
  it('erases a client', () => given(registered, email).when(erase).then(erased));
  it('erases him once, whoever asks again', () => gone.when(order(EraseClient, { ...erase, requestedBy: 'authority' })).thenNothing());
  it('needs a client', () => given().when(erase).thenRejected('unknown-client'));

  it('takes him out of where he belongs, and cancels what is planned with him', () => {
    const joined = { type: 'HouseholdJoined', data: { clientId, householdId: 'h-1', role: 'adult', on: '2026-01-01' } };
    const works = { type: 'CompanyJoined', data: { clientId, companyId: 'c-1', role: 'buyer', on: '2027-01-01' } };
    const visit = { contactId: 'visit-1', kind: 'visit', at: day(9), durationMinutes: 45, salespersonId: 'miller' };
    const planned = { type: 'ContactPlanned', data: { clientId, ...visit, personal: { note: 'bring the catalogue' } } };
    given(registered, joined, works, planned)
      .when(erase)
      .then(
        { type: 'HouseholdLeft', data: { clientId, householdId: 'h-1', on: day(1).slice(0, 10) } },
        { type: 'CompanyLeft', data: { clientId, companyId: 'c-1', on: '2027-01-01' } },
        { type: 'PlannedContactCancelled', data: { clientId, contactId: 'visit-1', salespersonId: 'miller' } },
        erased,
      );
  });

  it('leaves nothing of him in what the rules know', () => {
    const events = [registered, email, mailed, bought];
    const state = fold(clientDecider, clientDecider.initial, recorded([...events, erased], day(0)));
    expect(JSON.stringify(state)).not.toMatch(/Keller|keller|north/);
    expect(state).toMatchObject({ erased: true, contacted: 1, records: ['purchase/order-1'] });
  });
});

describe('an erased client', () => {
  it.each([
    order(RecordPurchase, { clientId, purchaseId: 'order-2', amount: 100, currency: 'EUR' }),
    order(RecordContact, { clientId, contactId: 'call-1', kind: 'call' }),
    order(AddEmail, { clientId, emailId: 'home', email: 'keller@example.org' }),
    order(AssignReference, { clientId, system: 'erp', number: '4711', lookup: 'f00d' }),
  ])('takes no $constructor.name any more', (command) => gone.when(command).thenRejected('client-erased'));

  it('does not come back under his id', () => gone.when(order(RegisterClient, { clientId, attributes: {} })).thenRejected('id-of-erased'));

  it('has what was recorded already', () =>
    gone.when(order(RecordPurchase, { clientId, purchaseId: 'order-1', amount: 100, currency: 'EUR' })).thenNothing());

  it('gets no mailing that was decided before, which is counted', () => {
    const other = { ...placement, wave: 2 };
    const order2 = order(DispatchMailing, {
      clientId,
      placement: other,
      channel: 'post',
      cost: 55,
      windowEndsAt: day(14),
      contactCap: null,
      ...unasked,
    });
    const facts = { clientId, ...other, priorContacts: 1, windowEndsAt: day(14) };
    gone.when(order2).then({ type: 'ContactWithheld', data: { ...facts, reason: 'erased', shadow: false } });
  });

  it('is counted in the hold-out that he was drawn into', () => {
    const other = { ...placement, wave: 2, arm: null };
    const facts = {
      placement: other,
      reason: 'hold-out' as const,
      shadow: true,
      windowEndsAt: day(14),
      contactCap: null,
      channels: ['post'] as const,
      ...unasked,
    };
    gone.when(order(WithholdContact, { clientId, ...facts })).then({
      type: 'ContactWithheld',
      data: { clientId, ...other, priorContacts: 1, windowEndsAt: day(14), reason: 'hold-out', shadow: false },
    });
  });

  it('is not offered to a channel again after a crash', () => {
    const before = fold(clientDecider, clientDecider.initial, recorded([registered, mailed], day(0)));
    const after = fold(clientDecider, before, recorded([erased], day(1)));
    expect([before, after].map((client) => mailingOf(client, placement))).toEqual([{}, null]);
  });

  it('is in no read model', () => {
    for (const projection of [identityProjection, profileProjection])
      specProjection(projection, day(0))(registered, email, erased, { type: 'CreditBlocked', data: { clientId } }).then(clientId, null);
  });
});

describe('the receipt', () => {
  const copies = { type: 'CopiesFound', data: { clientId, files: ['uploads/7', 'exports/8'] } };
  const completed = {
    type: 'ErasureCompleted',
    data: { clientId, places: ['log', 'outbox'], subscribers: ['till', 'mail-house'], acknowledgeBy: day(31) },
  };
  const acknowledged = { type: 'ErasureAcknowledged', data: { clientId, subscriber: 'till' } };
  const { places, subscribers } = completed.data;

  const report = order(ReportCopies, { clientId, files: ['uploads/7', 'exports/8'] });
  it('names the files that held him', () => gone.when(report).then(copies));
  it('names them once', () => given(registered, erased, copies).when(report).thenNothing());
  it('names none where none was found', () => gone.when(order(ReportCopies, { clientId, files: [] })).thenNothing());

  const complete = order(CompleteErasure, { clientId, places, subscribers, acknowledgeBy: day(31) });
  it('says that he is gone', () => gone.when(complete).then(completed));
  it('says it once', () =>
    given(registered, erased, completed)
      .when(order(CompleteErasure, { ...complete, subscribers: [] }))
      .thenNothing());

  const acknowledge = order(AcknowledgeErasure, { clientId, subscriber: 'till' });
  it('tells who has forgotten him too', () => gone.when(acknowledge).then(acknowledged));
  it('tells it once', () => given(registered, erased, acknowledged).when(acknowledge).thenNothing());

  it.each([report, complete, acknowledge])('needs an erasure: $constructor.name', (command) =>
    given(registered).when(command).thenRejected('unknown-erasure'),
  );

  const receipt: Erasure = {
    clientId,
    reason: 'requested',
    requestedBy: 'person',
    mergedIds: [],
    by: 'spec',
    erasedAt: day(1),
    completedAt: day(1),
    places,
    files: ['uploads/7', 'exports/8'],
    subscribers,
    acknowledgeBy: day(31),
    acknowledgements: [{ subscriber: 'till', at: day(1) }],
  };
  it('is one document', () => specProjection(erasuresProjection, day(1))(erased, copies, completed, acknowledged).then(clientId, receipt));
  it('knows who is awaited, and when that is too long', () => {
    expect(awaited(receipt)).toEqual(['mail-house']);
    expect([day(31), day(31, 1)].map((now) => isOverdue(receipt, now))).toEqual([false, true]);
    expect(isOverdue({ ...receipt, subscribers: ['till'] }, day(99))).toBe(false);
  });
});
