import { canonicalJson, DomainError, Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { CancelPlannedContact, MovePlannedContact, PlanContact, RecordContact, ReportContact } from './contact.commands.js';
import { Appointment, ContactEvent, Note } from './contact.events.js';
import { withContact } from '../client/contact-pressure.js';
import { entry, withoutEntry } from '../entries.js';
import { known } from '../client/registration.js';

const commands = { RecordContact, ReportContact, PlanContact, MovePlannedContact, CancelPlannedContact };

const isRecorded = ({ records }: Client, contactId: string): boolean => records.includes(`contact/${contactId}`);
const wasPlanned = ({ records }: Client, contactId: string): boolean => records.includes(`plan/${contactId}`);

const noted = (note: string | undefined): Note | null => (note === undefined ? null : { note });

/** A planned contact that is neither held nor cancelled. */
const pending = (client: Client, contactId: string): Appointment => {
  const appointment = entry(client.planned, contactId);
  if (appointment) return appointment;
  if (!wasPlanned(client, contactId)) throw new DomainError('unknown-contact', `No contact ${contactId} was planned`, 'contactId');
  throw new DomainError('contact-not-pending', `The planned contact ${contactId} was held or cancelled: plan another`, 'contactId');
};

/** The rules of what we do towards a client outside of any wave, and of what we mean to do. */
export const contactRules: Rules<Client, typeof commands, ContactEvent> = {
  commands,
  decide: {
    RecordContact: (client, { clientId, contactId, kind, channel, salespersonId, outcome, campaignId, answersUntil, note }) => {
      if (isRecorded(client, contactId)) return [];
      known(client, clientId);
      const told = {
        ...(salespersonId && { salespersonId }),
        ...(outcome && { outcome }),
        ...(campaignId && { campaignId }),
        ...(answersUntil && { answersUntil: new Date(answersUntil).toISOString() }),
        ...(note && { personal: { note } }),
      };
      return [{ type: 'ContactRecorded', data: { clientId, contactId, kind, channel: channel ?? null, ...told } }];
    },
    ReportContact: (client, { clientId, contactId, reportId, outcome, note }) => {
      if (client.records.includes(`report/${reportId}`)) return [];
      known(client, clientId);
      if (!isRecorded(client, contactId))
        throw new DomainError('unknown-contact', `Contact ${contactId} was not recorded: record it first`, 'contactId');
      if (outcome === undefined && note === undefined)
        throw new DomainError('empty-report', 'A report tells an outcome, a note or both', 'outcome');
      return [{ type: 'ContactReported', data: { clientId, contactId, reportId, outcome: outcome ?? null, personal: noted(note) } }];
    },
    PlanContact: (client, { clientId, contactId, kind, at, durationMinutes, salespersonId, note }) => {
      if (wasPlanned(client, contactId)) return [];
      known(client, clientId);
      if (isRecorded(client, contactId))
        throw new DomainError('contact-recorded', `Contact ${contactId} has taken place: choose another contactId`, 'contactId');
      const appointment = { at: new Date(at).toISOString(), durationMinutes, salespersonId: salespersonId ?? null };
      return [{ type: 'ContactPlanned', data: { clientId, contactId, kind, ...appointment, personal: noted(note) } }];
    },
    MovePlannedContact: (client, { clientId, contactId, at, durationMinutes, salespersonId }) => {
      known(client, clientId);
      const before = pending(client, contactId);
      const after = {
        at: at === undefined ? before.at : new Date(at).toISOString(),
        durationMinutes: durationMinutes ?? before.durationMinutes,
        salespersonId: salespersonId ?? before.salespersonId,
      };
      return canonicalJson(after) === canonicalJson(before)
        ? []
        : [{ type: 'PlannedContactMoved', data: { clientId, contactId, ...after } }];
    },
    CancelPlannedContact: (client, { clientId, contactId }) => {
      known(client, clientId);
      if (wasPlanned(client, contactId) && !isRecorded(client, contactId) && !entry(client.planned, contactId)) return [];
      const { salespersonId } = pending(client, contactId);
      return [{ type: 'PlannedContactCancelled', data: { clientId, contactId, salespersonId } }];
    },
  },
  evolve: {
    ContactRecorded: (client, { contactId, campaignId, answersUntil }, at) => ({
      ...client,
      ...(campaignId && { answerable: [...client.answerable, { contactId, campaignId, from: at, until: answersUntil ?? null }] }),
      contacts: withContact(client.contacts, at),
      contacted: client.contacted + 1,
      planned: withoutEntry(client.planned, contactId),
      records: [...client.records, `contact/${contactId}`],
    }),
    ContactReported: (client, { reportId }) => ({ ...client, records: [...client.records, `report/${reportId}`] }),
    ContactPlanned: (client, { contactId, at, durationMinutes, salespersonId }) => ({
      ...client,
      planned: { ...client.planned, [contactId]: { at, durationMinutes, salespersonId } },
      records: [...client.records, `plan/${contactId}`],
    }),
    PlannedContactMoved: (client, { contactId, at, durationMinutes, salespersonId }) => ({
      ...client,
      planned: { ...client.planned, [contactId]: { at, durationMinutes, salespersonId } },
    }),
    PlannedContactCancelled: (client, { contactId }) => ({ ...client, planned: withoutEntry(client.planned, contactId) }),
  },
};
