import { DataOf, Message } from '@boucle/eventsourcing';
import { ContactEvent } from '../reaction/contact.events.js';
import { PurchaseRecorded, ReversalEvent } from '../purchase/purchase.events.js';
import { ResponseRecorded } from '../reaction/response.events.js';

/** What is taken back, as it was told, and when it was said to have been. */
type TakenBack<Told extends Message> = Omit<Told['data'], 'credit'> & { readonly at: string };

/** When the client was heard of last, and whether he ever made a contact, without what is taken back. */
export interface HeardWithout {
  readonly heardOf: string | null;
  readonly reacted: boolean;
}

export type RetractionEvent =
  /** A purchase was told of by mistake: it never was. */
  | Message<'PurchaseRetracted', TakenBack<PurchaseRecorded> & HeardWithout>
  /** A return was told of by mistake: it never was. */
  | Message<'ReturnRetracted', TakenBack<Extract<ReversalEvent, { type: 'PurchaseReturned' }>> & HeardWithout>
  /** A response was told of by mistake; when he responded last, without it. */
  | Message<'ResponseRetracted', TakenBack<ResponseRecorded> & HeardWithout & { readonly respondedLast: string | null }>
  /** A contact was told of by mistake: nobody made it. */
  | Message<'ContactRetracted', TakenBack<Extract<ContactEvent, { type: 'ContactRecorded' }>>>;

/** What tells of something that can be taken back. */
export const RETRACTED_BY = {
  PurchaseRecorded: 'PurchaseRetracted',
  PurchaseReturned: 'ReturnRetracted',
  ResponseRecorded: 'ResponseRetracted',
  ContactRecorded: 'ContactRetracted',
} as const satisfies Readonly<Record<string, RetractionEvent['type']>>;

/** The events that take something back. */
export const RETRACTIONS: readonly RetractionEvent['type'][] = Object.values(RETRACTED_BY);

/** What may be taken back, as its event says it. */
export type Retractable = {
  [Told in keyof typeof RETRACTED_BY]: {
    readonly type: Told;
    readonly data: Omit<DataOf<RetractionEvent, (typeof RETRACTED_BY)[Told]>, keyof HeardWithout | 'respondedLast'>;
  };
}[keyof typeof RETRACTED_BY];
