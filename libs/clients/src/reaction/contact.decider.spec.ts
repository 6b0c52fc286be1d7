import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { CancelPlannedContact, MovePlannedContact, PlanContact, RecordContact, ReportContact } from './contact.commands.js';
import { day, faults, live, order } from '../testing.js';
import { RegisterClient } from '../client/client.commands.js';

const clientId = 'client-1';
const contactId = 'visit-1';
const at = day(9, 10);
const given = specDecider(clientDecider, day(0));

const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };
const plan = order(PlanContact, {
  clientId,
  contactId,
  kind: 'visit',
  at,
  durationMinutes: 45,
  salespersonId: 'miller',
  note: 'Ring twice',
});
const planned = {
  type: 'ContactPlanned',
  data: { clientId, contactId, kind: 'visit', at, durationMinutes: 45, salespersonId: 'miller', personal: { note: 'Ring twice' } },
};
const cancel = order(CancelPlannedContact, { clientId, contactId });
const cancelled = { type: 'PlannedContactCancelled', data: { clientId, contactId, salespersonId: 'miller' } };
const move = order(MovePlannedContact, { clientId, contactId, at: '2026-03-11T11:00:00+01:00', salespersonId: 'jones' });
const moved = { type: 'PlannedContactMoved', data: { clientId, contactId, at: day(10, 10), durationMinutes: 45, salespersonId: 'jones' } };
const held = order(RecordContact, { clientId, contactId, kind: 'visit', salespersonId: 'jones', outcome: 'interested', note: 'Likes red' });
const recorded = {
  type: 'ContactRecorded',
  data: {
    clientId,
    contactId,
    kind: 'visit',
    channel: null,
    salespersonId: 'jones',
    outcome: 'interested',
    personal: { note: 'Likes red' },
  },
};
const report = order(ReportContact, { clientId, contactId, reportId: 'report-1', note: 'Calls back in May' });
const reported = {
  type: 'ContactReported',
  data: { clientId, contactId, reportId: 'report-1', outcome: null, personal: { note: 'Calls back in May' } },
};

describe('PlanContact', () => {
  it('plans a contact, in universal time', () => {
    given(registered).when(plan).then(planned);
    given(registered)
      .when(order(PlanContact, { clientId, contactId, kind: 'call', at: '2026-03-10T10:00:00+01:00', durationMinutes: 5 }))
      .then({
        type: 'ContactPlanned',
        data: { clientId, contactId, kind: 'call', at: day(9, 9), durationMinutes: 5, salespersonId: null, personal: null },
      });
  });
  it('is repeatable, also once the contact was moved, cancelled or held', () => {
    for (const since of [[], [moved], [cancelled], [recorded]])
      given(registered, planned, ...since)
        .when(plan)
        .thenNothing();
  });
  it('needs a registered client', () => given().when(plan).thenRejected('unknown-client'));
  it('does not plan what has taken place', () => given(registered, recorded).when(plan).thenRejected('contact-recorded'));
});

describe('MovePlannedContact', () => {
  it('changes what is said, and nothing else', () => given(registered, planned).when(move).then(moved));
  it('is repeatable', () => given(registered, planned, moved).when(move).thenNothing());
  it('needs a planned contact', () => given(registered).when(move).thenRejected('unknown-contact'));
  it.each([cancelled, recorded])('comes too late', (since) =>
    given(registered, planned, since).when(move).thenRejected('contact-not-pending'),
  );
});

describe('CancelPlannedContact', () => {
  it('cancels it', () => given(registered, planned).when(cancel).then(cancelled));
  it('is repeatable', () => given(registered, planned, cancelled).when(cancel).thenNothing());
  it('needs a planned contact', () => given(registered).when(cancel).thenRejected('unknown-contact'));
  it('does not undo what has taken place', () => given(registered, planned, recorded).when(cancel).thenRejected('contact-not-pending'));
});

describe('RecordContact', () => {
  it('tells who made it, what came of it, and a note', () => given(registered, planned).when(held).then(recorded));
  it('is repeatable', () => given(registered, planned, recorded).when(held).thenNothing());
  it('needs a registered client', () => given().when(held).thenRejected('unknown-client'));
  it('holds the planned contact of that id', () => {
    const { client } = live([day(0), order(RegisterClient, { clientId, attributes: {} })], [day(0), plan], [day(9, 11), held]);
    expect(client.planned).toEqual({});
  });
});

describe('ReportContact', () => {
  it('tells afterwards what came of it', () => given(registered, recorded).when(report).then(reported));
  it('is repeatable', () => given(registered, recorded, reported).when(report).thenNothing());
  it('needs a contact that took place', () => given(registered, planned).when(report).thenRejected('unknown-contact'));
  it('does not report nothing', () =>
    given(registered, recorded)
      .when(order(ReportContact, { clientId, contactId, reportId: 'report-2' }))
      .thenRejected('empty-report'));
});

it('goes on when the notes have been erased', () => {
  const erased = [planned, recorded].map(({ type, data }) => ({ type, data: { ...data, personal: null } }));
  given(registered, ...erased)
    .when(report)
    .then(reported);
});

it.each([
  [PlanContact, { ...plan, durationMinutes: 0 }, 'durationMinutes'],
  [PlanContact, { ...plan, at: '2026-03-11' }, 'at'],
  [PlanContact, { ...plan, note: 'x'.repeat(2001) }, 'note'],
  [RecordContact, { ...held, outcome: 'of two words' }, 'outcome'],
  [MovePlannedContact, { ...move, salespersonId: null }, 'salespersonId'],
])('%p: a wrong %j is named', (type, fields, field) => expect(faults(type, fields)).toEqual([field]));
