import { Message } from '@boucle/eventsourcing';
import { Channel } from '../client/channel.js';

/** The kinds of contact other than a mailing of a wave. */
export const CONTACT_KINDS = ['mailing', 'call', 'visit', 'meeting'] as const;
export type ContactKind = (typeof CONTACT_KINDS)[number];

/** What somebody wrote, which is personal whatever it says. */
export interface Note {
  readonly note: string;
}

/** When a contact is to take place, and who is to make it. */
export interface Appointment {
  /** ISO instant. */
  readonly at: string;
  readonly durationMinutes: number;
  readonly salespersonId: string | null;
}

export type ContactEvent =
  /** Somebody is to call, visit, meet or write to the client. */
  | Message<'ContactPlanned', { clientId: string; contactId: string; kind: ContactKind; personal: Note | null } & Appointment>
  /** A planned contact takes place at another time, or is another salesperson's. */
  | Message<'PlannedContactMoved', { clientId: string; contactId: string } & Appointment>
  /** A planned contact does not take place. */
  | Message<'PlannedContactCancelled', { clientId: string; contactId: string; salespersonId: string | null }>
  /** We called, visited, met or wrote to the client outside of any wave; a planned contact of that id was held. The outcome is a code of its catalogue. */
  | Message<
      'ContactRecorded',
      {
        clientId: string;
        contactId: string;
        kind: ContactKind;
        channel: Channel | null;
        salespersonId?: string;
        outcome?: string;
        /** The campaign of another system that it was a part of. */
        campaignId?: string;
        /** Responses to that campaign answer it until then. */
        answersUntil?: string;
        personal?: Note | null;
      }
    >
  /** What came of a contact was told afterwards. */
  | Message<'ContactReported', { clientId: string; contactId: string; reportId: string; outcome: string | null; personal: Note | null }>;
