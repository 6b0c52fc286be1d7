import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { waitingValueRules } from '../catalogue/waiting-value.decider.js';
import { Client } from './client.js';
import { asDrawn, sameDecision, Window } from './attribution.js';
import {
  ChangeAttributes,
  DispatchMailing,
  MarkAnswerUnknown,
  MOST_ATTRIBUTES,
  RegisterClient,
  WithholdContact,
} from './client.commands.js';
import { contactRules } from '../reaction/contact.decider.js';
import { ClientEvent, WithheldReason } from './client.events.js';
import { Channel } from './channel.js';
import { Placement } from './placement.js';
import { changedAttributes } from './attributes.js';
import { entry } from '../entries.js';
import { NOTHING_SAID } from '../consent/consent-facts.js';
import { consentRules } from '../consent/consent.decider.js';
import { capReached, withContact } from './contact-pressure.js';
import { erasureRules } from '../forgetting/erasure.decider.js';
import { raisingRules } from '../indicator/raising.decider.js';
import { lifeCycleRules } from '../life-cycle/life-cycle.decider.js';
import { UNCLASSED } from '../life-cycle/life-cycle.events.js';
import { mergeRules } from '../merging/merge.decider.js';
import { wholePerson } from '../merging/merged-file.js';
import { UNMERGED } from '../merging/merging.js';
import { undecidedAfter } from '../merging/undecided.js';
import { membershipRules } from '../record/membership.decider.js';
import { NO_MEMBERSHIP } from '../record/membership.js';
import { changedPerson, namesOf } from '../person/person.js';
import { personRules } from '../person/person.decider.js';
import { accountRules } from '../reaction/account.decider.js';
import { purchaseRules } from '../purchase/purchase.decider.js';
import { relationRules } from '../reaction/relation.decider.js';
import { responseRules } from '../reaction/response.decider.js';
import { known, registered } from './registration.js';
import { retractionRules } from '../retraction/retraction.decider.js';
import { retentionRules } from '../forgetting/retention.decider.js';
import { NEVER_HEARD_OF, retentionAfter } from '../forgetting/retention-facts.js';
import { reach, Reach } from '../consent/reach.js';

const STREAM = 'client-';

export const clientStream = (clientId: string): string => `${STREAM}${clientId}`;

/** Whose stream it is; null: no client's. */
export const clientIdOf = (stream: string): string | null => (stream.startsWith(STREAM) ? stream.slice(STREAM.length) : null);

const windowOf = (client: Client, placement: Placement): Window | undefined =>
  client.windows.find((window) => sameDecision(window.placement, placement));

/** Where the mailing of this decision went, as far as that is known here; null: it did not go out, or to somebody who was erased since. */
export const mailingOf = (client: Client, placement: Placement): { readonly pointId?: string } | null => {
  const window = windowOf(client, placement);
  if (client.erased || window?.outcome !== 'mailed') return null;
  return window.pointId === undefined ? {} : { pointId: window.pointId };
};

type Order = Pick<DispatchMailing, 'contactCap' | 'purpose' | 'consentRequired' | 'suppressions'>;

/** Where the client may be reached now on a channel, or why nothing may be sent to him. */
const reachable = (client: Client, order: Order, channel: Channel, at: string): Reach | { reason: WithheldReason } => {
  if (client.erased) return { reason: 'erased' };
  if (client.merging.into !== null) return { reason: 'merged' };
  if (Object.keys(client.merging.begun).length > 0) return { reason: 'merging' };
  const { deceased, closed, places, consent, contacts } = wholePerson(client);
  if (deceased) return { reason: 'deceased' };
  if (closed) return { reason: 'closed' };
  const { purpose, consentRequired, suppressions, contactCap } = order;
  const addressee = { places, consent, suppressions };
  const found = reach(addressee, { channel, purpose, consentRequired, at });
  if ('reason' in found) return found;
  return capReached(contacts, contactCap, at) ? { reason: 'contact-cap' } : found;
};

const commands = {
  ...personRules.commands,
  ...waitingValueRules.commands,
  ...contactRules.commands,
  ...erasureRules.commands,
  ...retentionRules.commands,
  ...consentRules.commands,
  ...purchaseRules.commands,
  ...membershipRules.commands,
  ...responseRules.commands,
  ...accountRules.commands,
  ...relationRules.commands,
  ...mergeRules.commands,
  ...lifeCycleRules.commands,
  ...raisingRules.commands,
  ...retractionRules.commands,
  RegisterClient,
  ChangeAttributes,
  DispatchMailing,
  WithholdContact,
  MarkAnswerUnknown,
};

const opened = (
  client: Client,
  placement: Placement & { windowEndsAt: string; pointId?: string },
  from: string,
  outcome: Window['outcome'],
): readonly Window[] => {
  const { campaignId, wave, cell, arm, windowEndsAt: until, pointId } = placement;
  return [
    ...client.windows,
    {
      placement: { campaignId, wave, cell, arm },
      from,
      until,
      outcome,
      ...(pointId !== undefined && { pointId }),
      answerUnknown: false,
      responded: false,
      purchased: false,
    },
  ];
};

type Evolve = Decider<Client, typeof commands, ClientEvent>['evolve'];

/** Each event may also tell how long the client is kept, and leave in doubt whom it was about. */
const withConclusions = (evolve: Evolve): Evolve => {
  const steps = Object.entries(evolve) as [string, (client: Client, data: object, at: string) => Client][];
  const both = steps.map(([type, step]) => [
    type,
    (before: Client, data: object, at: string): Client => {
      const client = step(before, data, at);
      const retention = retentionAfter(client.retention, type, data, at);
      const merging = undecidedAfter(client, type, data, at);
      return retention === client.retention && merging === client.merging ? client : { ...client, retention, merging };
    },
  ]);
  return Object.fromEntries(both) as Evolve;
};

export const clientDecider: Decider<Client, typeof commands, ClientEvent> = {
  commands,
  stream: ({ clientId }) => clientStream(clientId),
  initial: {
    attributes: null,
    origin: null,
    registered: { attributes: {}, person: {}, origin: null },
    person: {},
    points: {},
    waiting: [],
    references: [],
    deceased: false,
    closed: false,
    creditBlocked: false,
    erased: false,
    consent: NOTHING_SAID,
    membership: NO_MEMBERSHIP,
    retention: NEVER_HEARD_OF,
    standing: { ...UNCLASSED, since: '' },
    merging: UNMERGED,
    raised: [],
    contacts: [],
    contacted: 0,
    planned: {},
    answerable: [],
    purchases: { bought: [], returned: [], revoked: [] },
    invoices: {},
    balances: {},
    relations: { contracts: {}, memberships: {}, cases: {} },
    windows: [],
    records: [],
  },
  decide: {
    ...personRules.decide,
    ...waitingValueRules.decide,
    ...contactRules.decide,
    ...erasureRules.decide,
    ...retentionRules.decide,
    ...consentRules.decide,
    ...purchaseRules.decide,
    ...membershipRules.decide,
    ...responseRules.decide,
    ...accountRules.decide,
    ...relationRules.decide,
    ...mergeRules.decide,
    ...lifeCycleRules.decide,
    ...raisingRules.decide,
    ...retractionRules.decide,
    RegisterClient: (client, { clientId, attributes, person, origin }) => {
      if (client.erased)
        throw new DomainError(
          'id-of-erased',
          `${clientId} was the id of a client who was erased: leave the id out, or choose another`,
          'clientId',
        );
      const personal = changedPerson({}, person ?? {});
      if (client.attributes !== null) {
        const same = canonicalJson(client.registered) === canonicalJson({ attributes, person: personal, origin: origin ?? null });
        if (same) return [];
        throw new DomainError(
          'client-exists',
          `Client ${clientId} is already registered otherwise: change his details instead`,
          'clientId',
        );
      }
      const facts = { clientId, attributes, ...(origin && { origin }) };
      return [{ type: 'ClientRegistered', data: person ? { ...facts, told: namesOf(personal), personal } : facts }];
    },
    ChangeAttributes: (client, { clientId, attributes }) => {
      known(client, clientId);
      const before = client.attributes!;
      const changes = Object.fromEntries(Object.entries(attributes).filter(([name, value]) => (entry(before, name) ?? null) !== value));
      if (Object.keys(changes).length === 0) return [];
      if (Object.keys(changedAttributes(before, changes)).length > MOST_ATTRIBUTES)
        throw new DomainError(
          'too-many-attributes',
          `Client ${clientId} would have more than ${MOST_ATTRIBUTES} attributes: take some away`,
          'attributes',
        );
      return [{ type: 'AttributesChanged', data: { clientId, attributes: changes } }];
    },
    DispatchMailing: (client, order, now) => {
      const { clientId, placement, channel, cost, windowEndsAt } = order;
      if (windowOf(client, placement)) return [];
      registered(client, clientId);
      const facts = { clientId, ...placement, priorContacts: client.contacted, windowEndsAt };
      const found = reachable(client, order, channel, now);
      if ('reason' in found) return [{ type: 'ContactWithheld', data: { ...facts, reason: found.reason, shadow: false } }];
      const mailingId = `${placement.campaignId}.${placement.wave}.${clientId}`;
      const place = found.pointId === null ? {} : { pointId: found.pointId };
      return [{ type: 'MailingDispatched', data: { ...facts, mailingId, channel, cost, ...place } }];
    },
    WithholdContact: (client, order, now) => {
      const { clientId, placement, reason, windowEndsAt, channels } = order;
      if (windowOf(client, placement)) return [];
      registered(client, clientId);
      const facts = { clientId, ...placement, priorContacts: client.contacted, windowEndsAt };
      const free = (): boolean => channels.every((channel) => 'pointId' in reachable(client, order, channel, now));
      const shadow = reason === 'hold-out' && order.shadow && free();
      const way = shadow && channels.length === 1 ? { channel: channels[0] } : {};
      return [{ type: 'ContactWithheld', data: { ...facts, reason, shadow, ...way } }];
    },
    MarkAnswerUnknown: (client, { clientId, placement, cost }) => {
      const window = windowOf(client, placement);
      if (window?.answerUnknown) return [];
      if (!window) throw new DomainError('not-decided', `Client ${clientId} was not decided in wave ${placement.wave}`);
      if (window.responded || window.purchased)
        throw new DomainError('answer-known', `Client ${clientId} has already reacted to wave ${placement.wave}`);
      return [
        {
          type: 'AnswerUnknown',
          data: { clientId, ...window.placement, asDrawn: asDrawn(window), cost: window.outcome === 'mailed' ? cost : 0 },
        },
      ];
    },
  },
  evolve: withConclusions({
    ...personRules.evolve,
    ...waitingValueRules.evolve,
    ...contactRules.evolve,
    ...erasureRules.evolve,
    ...retentionRules.evolve,
    // what the counts of his waves need is all that is kept
    ClientErased: ({ windows, contacts, contacted, records }) => ({
      ...clientDecider.initial,
      attributes: {},
      erased: true,
      windows,
      contacts,
      contacted,
      records,
    }),
    ...consentRules.evolve,
    ...purchaseRules.evolve,
    ...membershipRules.evolve,
    ...responseRules.evolve,
    ...accountRules.evolve,
    ...relationRules.evolve,
    ...mergeRules.evolve,
    ...lifeCycleRules.evolve,
    ...raisingRules.evolve,
    ...retractionRules.evolve,
    ClientRegistered: (client, { attributes, origin, personal }) => ({
      ...client,
      attributes,
      origin: origin ?? null,
      registered: { attributes, person: personal ?? {}, origin: origin ?? null },
      person: personal ?? {},
    }),
    AttributesChanged: (client, { attributes }) => ({ ...client, attributes: changedAttributes(client.attributes!, attributes) }),
    MailingDispatched: (client, mailing, at) => ({
      ...client,
      contacts: withContact(client.contacts, at),
      contacted: client.contacted + 1,
      windows: opened(client, mailing, at, 'mailed'),
    }),
    ContactWithheld: (client, withheld, at) => ({
      ...client,
      contacts: withheld.shadow ? withContact(client.contacts, at) : client.contacts,
      windows: opened(client, withheld, at, withheld.reason),
    }),
    AnswerUnknown: (client, placement) => ({
      ...client,
      windows: client.windows.map((window) => (sameDecision(window.placement, placement) ? { ...window, answerUnknown: true } : window)),
    }),
  }),
};
