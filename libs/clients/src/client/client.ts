import { WaitingPlace } from '../catalogue/waiting-value.events.js';
import { Window } from './attribution.js';
import { Attributes } from './client.events.js';
import { ConsentFacts } from '../consent/consent-facts.js';
import { Appointment } from '../reaction/contact.events.js';
import { Answerable } from '../reaction/answerable.js';
import { Membership } from '../record/membership.js';
import { ContactPoints } from '../person/person.js';
import { Merging } from '../merging/merging.js';
import { Origin, Person } from '../person/person.events.js';
import { PurchaseHistory } from '../purchase/purchase-history.js';
import { Relations } from '../reaction/relations.js';
import { LifeCycleStanding } from '../life-cycle/life-cycle.events.js';
import { RetentionFacts } from '../forgetting/retention-facts.js';

/** What the rules of one client read. */
export interface Client {
  /** null: he is not registered. */
  readonly attributes: Attributes | null;
  readonly origin: Origin | null;
  /** What he was registered with. */
  readonly registered: { readonly attributes: Attributes; readonly person: Person; readonly origin: Origin | null };
  /** Who he is. */
  readonly person: Person;
  readonly points: ContactPoints;
  /** What files said of him and no catalogue knows. */
  readonly waiting: readonly Pick<WaitingPlace, 'valueId' | 'field' | 'recordId'>[];
  /** The lookups of his numbers in other systems. */
  readonly references: readonly string[];
  readonly deceased: boolean;
  readonly closed: boolean;
  readonly creditBlocked: boolean;
  /** Nothing personal of him is kept. */
  readonly erased: boolean;
  /** What he has said about being addressed; a complaint opposes everything. */
  readonly consent: ConsentFacts;
  readonly membership: Membership;
  readonly retention: RetentionFacts;
  /** Where it was last said that he stands. */
  readonly standing: LifeCycleStanding & { readonly since: string };
  readonly merging: Merging;
  /** Of what others were told of him, by indicator and occasion. */
  readonly raised: readonly string[];
  /** Instants of contacts, shadow contacts of the hold-out included. */
  readonly contacts: readonly string[];
  readonly contacted: number;
  /** Planned contacts that are neither held nor cancelled, by id. */
  readonly planned: Readonly<Record<string, Appointment>>;
  readonly purchases: PurchaseHistory;
  /** The currency of each invoice. */
  readonly invoices: Readonly<Record<string, string>>;
  /** What another system said that he owes, by currency. */
  readonly balances: Readonly<Record<string, number>>;
  readonly relations: Relations;
  /** Contacts that were a part of a campaign of another system. */
  readonly answerable: readonly Answerable[];
  /** One per decision of a wave, in their order. */
  readonly windows: readonly Window[];
  /** What has been recorded, by kind and id. */
  readonly records: readonly string[];
}
