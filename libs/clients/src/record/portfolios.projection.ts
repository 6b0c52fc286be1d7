import { Projection } from '@boucle/eventsourcing';
import { ContactEvent, ContactKind } from '../reaction/contact.events.js';
import { withoutEntry } from '../entries.js';
import { ErasureEvent } from '../forgetting/erasure.events.js';
import { Mergeable, MergedEvent, mergedSteps } from '../merging/mergeable.js';
import { MembershipEvent } from './membership.events.js';

/** A contact that somebody means to make. */
export interface Planned {
  readonly kind: ContactKind;
  readonly at: string;
  readonly durationMinutes: number;
  readonly salespersonId: string | null;
  /** What it is about; null: nothing was noted, or it was erased. */
  readonly note: string | null;
}

/** Who looks after a client, how far a prospect has come, and what is planned with him. */
export interface Portfolio extends Mergeable {
  readonly clientId: string;
  readonly ownerId: string | null;
  readonly prospect: { readonly stage: string; readonly nextStep: string | null; readonly nextOn: string | null } | null;
  readonly planned: Readonly<Record<string, Planned>>;
}

type Event =
  | MergedEvent
  | Extract<ErasureEvent, { type: 'ClientErased' }>
  | Extract<MembershipEvent, { type: 'AccountOwnerAssigned' | 'ProspectMoved' }>
  | Extract<ContactEvent, { type: 'ContactPlanned' | 'PlannedContactMoved' | 'PlannedContactCancelled' | 'ContactRecorded' }>;

const nothing = (clientId: string): Portfolio => ({ clientId, ownerId: null, prospect: null, planned: {} });

const without = (portfolio: Portfolio | null, contactId: string): Portfolio | null => {
  if (!portfolio || !Object.hasOwn(portfolio.planned, contactId)) return portfolio;
  return { ...portfolio, planned: withoutEntry(portfolio.planned, contactId) };
};

/** One document per client with whom somebody means to do something, for whom somebody is there, or who is one with another. */
export const portfoliosProjection: Projection<Portfolio, Event> = {
  name: 'portfolios',
  indexes: ['ownerId'],
  key: ({ data }) => data.clientId,
  on: {
    AccountOwnerAssigned: (portfolio, { data: { clientId, salespersonId } }) => ({
      ...(portfolio ?? nothing(clientId)),
      ownerId: salespersonId,
    }),
    ProspectMoved: (portfolio, { data: { clientId, stage, nextStep, nextOn } }) => ({
      ...(portfolio ?? nothing(clientId)),
      prospect: { stage, nextStep, nextOn },
    }),
    ContactPlanned: (known, { data: { clientId, contactId, kind, at, durationMinutes, salespersonId, personal } }) => {
      const portfolio = known ?? nothing(clientId);
      const planned = { kind, at, durationMinutes, salespersonId, note: personal?.note ?? null };
      return { ...portfolio, planned: { ...portfolio.planned, [contactId]: planned } };
    },
    PlannedContactMoved: (portfolio, { data: { contactId, at, durationMinutes, salespersonId } }) => {
      if (!portfolio || !Object.hasOwn(portfolio.planned, contactId)) return portfolio;
      const planned = { ...portfolio.planned[contactId], at, durationMinutes, salespersonId };
      return { ...portfolio, planned: { ...portfolio.planned, [contactId]: planned } };
    },
    PlannedContactCancelled: (portfolio, { data: { contactId } }) => without(portfolio, contactId),
    ContactRecorded: (portfolio, { data: { contactId } }) => without(portfolio, contactId),
    ClientErased: () => null,
    ...mergedSteps<Portfolio>(nothing),
  },
};

/** Whose calendar a planned contact stands in; what it is about stands with the client. */
export interface CalendarEntry {
  readonly clientId: string;
  readonly contactId: string;
  readonly salespersonId: string | null;
  readonly at: string;
}

type PlanEvent = Extract<ContactEvent, { type: 'ContactPlanned' | 'PlannedContactMoved' | 'PlannedContactCancelled' | 'ContactRecorded' }>;

const entryOf = ({ clientId, contactId, salespersonId, at }: CalendarEntry): CalendarEntry => ({ clientId, contactId, salespersonId, at });

/** One document per planned contact that is neither held nor cancelled. */
export const calendarsProjection: Projection<CalendarEntry, PlanEvent> = {
  name: 'calendars',
  indexes: ['salespersonId'],
  key: ({ data: { clientId, contactId } }) => `${clientId}/${contactId}`,
  on: {
    ContactPlanned: (_, { data }) => entryOf(data),
    PlannedContactMoved: (entry, { data }) => entry && entryOf(data),
    PlannedContactCancelled: () => null,
    ContactRecorded: () => null,
  },
};
