import { DataOf } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { HeardWithout, RETRACTIONS } from '../retraction/retraction.events.js';
import { HoldReason } from './retention.events.js';

/** How long a client may be kept depends on this. */
export interface RetentionFacts {
  /** Something personal is known of him. */
  readonly known: boolean;
  /** The last contact that he made himself, or when he became known if that was later; null: none. */
  readonly heardOf: string | null;
  /** He has made a contact himself. */
  readonly reacted: boolean;
  readonly holds: readonly HoldReason[];
  /** Since when his erasure is proposed; null: it is not. */
  readonly proposedAt: string | null;
  /** YYYY-MM-DD; null: it was not put off. */
  readonly putOffUntil: string | null;
}

export const NEVER_HEARD_OF: RetentionFacts = {
  known: false,
  heardOf: null,
  reacted: false,
  holds: [],
  proposedAt: null,
  putOffUntil: null,
};

/** The events by which something personal becomes known. */
export const KNOWN_BY = [
  'ClientRegistered',
  'ClientDetailsChanged',
  'AddressAdded',
  'EmailAdded',
  'PhoneAdded',
  'ReferenceAssigned',
] as const satisfies readonly ClientEvent['type'][];

/** Whether somebody becomes known by one of those events. */
export const tellsOfPerson = (data: object): boolean => 'personal' in data;

type Heard = { readonly [T in ClientEvent['type']]?: (data: DataOf<ClientEvent, T>) => boolean };
const always = (): boolean => true;

/** What the person himself does. What we do, such as mailings, calls and reminders, what goes on by itself, and that he wants to be left alone is no contact that he makes. */
const HEARD_BY = {
  PurchaseRecorded: always,
  PurchaseReturned: always,
  DeliveryRefused: always,
  ResponseRecorded: always,
  OrderPlaced: always,
  PaymentReceived: always,
  ContractStarted: always,
  NoticeGiven: ({ by }) => by === 'client',
  ClubJoined: always,
  ClubLeft: always,
  CaseOpened: always,
  ConsentGiven: ({ basis }) => basis === 'consent' || basis === 'double-opt-in',
  ConsentConfirmed: always,
} as const satisfies Heard;

export type HeardEvent = Extract<ClientEvent, { type: keyof typeof HEARD_BY }>;
export const HEARD_TYPES = Object.keys(HEARD_BY) as HeardEvent['type'][];

/** Whether an event is a contact that the person made. */
export const isHeard = ({ type, data }: { readonly type: string; readonly data: object }): boolean =>
  (HEARD_BY as Readonly<Record<string, ((data: object) => boolean) | undefined>>)[type]?.(data) ?? false;

const heardAt = (facts: RetentionFacts, at: string): RetentionFacts =>
  facts.heardOf !== null && facts.heardOf >= at ? facts : { ...facts, heardOf: at, proposedAt: null, putOffUntil: null };

/** The facts after an event; the same object if it tells nothing new. */
export const retentionAfter = (facts: RetentionFacts, type: string, data: object, at: string): RetentionFacts => {
  if (!facts.known && (KNOWN_BY as readonly string[]).includes(type) && tellsOfPerson(data)) return { ...heardAt(facts, at), known: true };
  if ((RETRACTIONS as readonly string[]).includes(type) && 'heardOf' in data) {
    const { heardOf, reacted } = data as HeardWithout;
    return { ...facts, heardOf, reacted };
  }
  if (!isHeard({ type, data })) return facts;
  const heard = heardAt(facts, at);
  return heard.reacted ? heard : { ...heard, reacted: true };
};
