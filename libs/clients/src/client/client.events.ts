import { Message, Upcasters } from '@boucle/eventsourcing';
import { WaitingValueEvent } from '../catalogue/waiting-value.events.js';
import { Placement } from './placement.js';
import { Channel } from './channel.js';
import { AccountEvent } from '../reaction/account.events.js';
import { ContactEvent } from '../reaction/contact.events.js';
import { ErasureEvent } from '../forgetting/erasure.events.js';
import { ConsentEvent } from '../consent/consent.events.js';
import { RaisedEvent } from '../indicator/indicator.events.js';
import { LifeCycleEvent } from '../life-cycle/life-cycle.events.js';
import { MergeEvent } from '../merging/merge.events.js';
import { MembershipEvent } from '../record/membership.events.js';
import { Origin, Person, PersonEvent } from '../person/person.events.js';
import { Unreachable } from '../consent/reach.js';
import { PurchaseRecorded, ReversalEvent } from '../purchase/purchase.events.js';
import { RelationEvent } from '../reaction/relation.events.js';
import { ResponseRecorded } from '../reaction/response.events.js';
import { RetractionEvent } from '../retraction/retraction.events.js';
import { RetentionEvent } from '../forgetting/retention.events.js';

/** What is known about a client that rules may read. */
export type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** Why nothing was sent to a client decided in a wave. */
export type WithheldReason =
  'hold-out' | 'arm' | 'erased' | 'merged' | 'merging' | 'deceased' | 'closed' | Unreachable | 'contact-cap' | 'campaign-ended';

/** What follows from a decision of a wave. */
export type DecidedEvent =
  /** A mailing of a wave left for the client; reactions count until the window closes. */
  | Message<
      'MailingDispatched',
      Placement & {
        clientId: string;
        mailingId: string;
        channel: Channel;
        cost: number;
        priorContacts: number;
        windowEndsAt: string;
        /** Where it goes; left out where that is not known here. */
        pointId?: string;
      }
    >
  /** The client was decided in a wave and nothing was sent; his reactions count all the same, to compare with. A shadow contact would have gone out but for the hold-out. */
  | Message<
      'ContactWithheld',
      Placement & {
        clientId: string;
        reason: WithheldReason;
        shadow: boolean;
        /** How a shadow contact would have gone out; left out where that is not known. */
        channel?: Channel;
        priorContacts: number;
        windowEndsAt: string;
      }
    >
  | ResponseRecorded
  | PurchaseRecorded
  /** A recorded trial cannot tell how this client would have reacted to this arm: he leaves every rate. */
  | Message<'AnswerUnknown', Placement & { clientId: string; asDrawn: boolean; cost: number }>;

export type ClientEvent =
  /** A person entered the client base; `told` names the fields of `personal`, and both are left out where nothing personal was said. */
  | Message<
      'ClientRegistered',
      { clientId: string; attributes: Attributes; origin?: Origin; told?: readonly string[]; personal?: Person | null }
    >
  /** Something else, or more, is known about the client that rules may read; null: not any more. */
  | Message<'AttributesChanged', { clientId: string; attributes: Attributes }>
  | PersonEvent
  | WaitingValueEvent
  | MembershipEvent
  | ContactEvent
  | ErasureEvent
  | RetentionEvent
  | ConsentEvent
  | ReversalEvent
  | AccountEvent
  | RelationEvent
  | MergeEvent
  | LifeCycleEvent
  | RaisedEvent
  | RetractionEvent
  | DecidedEvent;

export const clientUpcasters: Upcasters = {};
