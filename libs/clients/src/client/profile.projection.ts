import { Projection } from '@boucle/eventsourcing';
import { changedAttributes } from './attributes.js';
import { Attributes, ClientEvent, DecidedEvent } from './client.events.js';
import { complained, ConsentFacts, factsAfter, isOpen, NOTHING_SAID, withoutPoint } from '../consent/consent-facts.js';
import { ConsentEvent } from '../consent/consent.events.js';
import { isOpposedToAll } from '../consent/contact-permission.js';
import { withContact, withoutInstant } from './contact-pressure.js';
import { Mergeable, MergedEvent, mergedSteps } from '../merging/mergeable.js';
import { changedPerson } from '../person/person.js';
import { Person, PersonEvent, Validity } from '../person/person.events.js';
import { RetractionEvent } from '../retraction/retraction.events.js';
import { ReversalEvent } from '../purchase/purchase.events.js';
import { PurchaseHistory, PurchaseSummary, summaryOf, withoutOne } from '../purchase/purchase-history.js';

/** What rules may know of a person without knowing who he is. */
export interface PersonFacts {
  /** Something was said of the person himself, not only where he can be reached. */
  readonly described: boolean;
  readonly birthDate: string | null;
  readonly language: string | null;
  /** Addresses by id, as far as areas go. */
  readonly addresses: Readonly<
    Record<
      string,
      { readonly country: string; readonly postalCode: string | null; readonly validity: Validity; readonly returned: boolean }
    >
  >;
  readonly emails: readonly string[];
  readonly mobiles: readonly string[];
  readonly landlines: readonly string[];
  readonly deceased: boolean;
  readonly closed: boolean;
  readonly creditBlocked: boolean;
}

/** What is known about a client, as targeting and people read it. */
export interface Profile extends Mergeable {
  readonly clientId: string;
  readonly attributes: Attributes;
  readonly registeredAt: string;
  /** null: nothing was ever said about the person. */
  readonly person: PersonFacts | null;
  readonly purchases: PurchaseSummary & { readonly history: PurchaseHistory };
  readonly solicitations: {
    readonly mailings: number;
    readonly otherContacts: number;
    readonly withheld: number;
    /** Mailings, other contacts and those that the hold-out would have got. */
    readonly sinceLastPurchase: number;
    /** Instants that contact caps count, shadow contacts of the hold-out included. */
    readonly recent: readonly string[];
  };
  readonly responses: { readonly count: number; readonly last: string | null };
  /** What he has said about being addressed; null: nothing. */
  readonly consent: ConsentFacts | null;
  /** He wants to hear nothing at all, and has not consented to anything since. */
  readonly opposed: boolean;
  /** His data is kept and used for nothing. */
  readonly restricted: boolean;
  /** Nothing may be concluded from his behaviour. */
  readonly objectsToProfiling: boolean;
  /** The latest wave of each campaign into which the client was drawn. */
  readonly waves: Readonly<Record<string, number>>;
}

/** Nothing yet; every new profile shares it until something happens. */
const NOTHING: Omit<Profile, 'clientId' | 'attributes' | 'registeredAt'> = {
  person: null,
  purchases: { days: [], count: 0, monetary: {}, first: null, last: null, history: { bought: [], returned: [], revoked: [] } },
  solicitations: { mailings: 0, otherContacts: 0, withheld: 0, sinceLastPurchase: 0, recent: [] },
  responses: { count: 0, last: null },
  consent: null,
  opposed: false,
  restricted: false,
  objectsToProfiling: false,
  waves: {},
};

const NOBODY: PersonFacts = {
  described: false,
  birthDate: null,
  language: null,
  addresses: {},
  emails: [],
  mobiles: [],
  landlines: [],
  deceased: false,
  closed: false,
  creditBlocked: false,
};

const withFacts = (profile: Profile | null, change: (person: PersonFacts) => Partial<PersonFacts>): Profile | null => {
  if (!profile) return null;
  const person = profile.person ?? NOBODY;
  return { ...profile, person: { ...person, ...change(person) } };
};

/** An address that was erased is not there. */
const withAddress = (
  addresses: PersonFacts['addresses'],
  id: string,
  change: (address: PersonFacts['addresses'][string]) => Partial<PersonFacts['addresses'][string]>,
): Partial<PersonFacts> =>
  Object.hasOwn(addresses, id) ? { addresses: { ...addresses, [id]: { ...addresses[id], ...change(addresses[id]) } } } : {};

const heard = (profile: Profile | null, change: (consent: ConsentFacts) => ConsentFacts): Profile | null => {
  if (!profile) return null;
  const consent = change(profile.consent ?? NOTHING_SAID);
  const restricted = isOpen(consent.restrictions);
  const objectsToProfiling = isOpen(consent.profilingObjections);
  return { ...profile, consent, opposed: isOpposedToAll(consent), restricted, objectsToProfiling };
};

const birthAndLanguage = ({ birthDate, language }: Person): Pick<PersonFacts, 'birthDate' | 'language'> => ({
  birthDate: birthDate ?? null,
  language: language ?? null,
});

const later = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

const solicited = (
  profile: Profile,
  kind: 'mailings' | 'otherContacts' | 'withheld',
  counts: boolean,
  at: string,
): Profile['solicitations'] => {
  const { solicitations, purchases } = profile;
  const recent = counts ? withContact(solicitations.recent, at) : solicitations.recent;
  const sinceLastPurchase = solicitations.sinceLastPurchase + (counts && at > (purchases.last ?? '') ? 1 : 0);
  return { ...solicitations, [kind]: solicitations[kind] + 1, sinceLastPurchase, recent };
};

/** Without a contact that nobody made. */
const unsolicited = ({ solicitations, purchases }: Profile, at: string): Profile['solicitations'] => ({
  ...solicitations,
  otherContacts: solicitations.otherContacts - 1,
  sinceLastPurchase: solicitations.sinceLastPurchase - (at > (purchases.last ?? '') ? 1 : 0),
  recent: withoutInstant(solicitations.recent, at),
});

/** The profile once something else is known of what was bought and kept. */
const purchased = (profile: Profile, change: Partial<PurchaseHistory>): Profile => {
  const { purchases, solicitations } = profile;
  const history = { ...purchases.history, ...change };
  const summary = summaryOf(history);
  const { last } = summary;
  // if the last purchase was not kept, contacts since the one before count as far as they are remembered
  const since = (): number => solicitations.recent.filter((contact) => contact > (last ?? '')).length;
  const sinceLastPurchase = last === purchases.last ? solicitations.sinceLastPurchase : since();
  return {
    ...profile,
    solicitations: sinceLastPurchase === solicitations.sinceLastPurchase ? solicitations : { ...solicitations, sinceLastPurchase },
    purchases: { ...summary, history },
  };
};

const notKept = (profile: Profile | null, purchaseId: string): Profile | null =>
  profile && purchased(profile, { revoked: [...profile.purchases.history.revoked, purchaseId] });

type ProfileEvent =
  | Exclude<
      PersonEvent | ConsentEvent | DecidedEvent | ReversalEvent,
      { type: 'AnswerUnknown' | 'AddressChecked' | 'ReferenceAssigned' | 'OppositionLifted' }
    >
  | MergedEvent
  | RetractionEvent
  | Extract<ClientEvent, { type: 'ClientRegistered' | 'AttributesChanged' | 'ClientErased' | 'ContactRecorded' }>;

/** One profile per client. */
export const profileProjection: Projection<Profile, ProfileEvent> = {
  name: 'profiles',
  key: ({ data }) => data.clientId,
  on: {
    ClientRegistered: (_, { data: { clientId, attributes, told = [], personal }, metadata }) => ({
      clientId,
      attributes,
      registeredAt: metadata.occurredAt,
      ...NOTHING,
      ...(personal && { person: { ...NOBODY, described: told.length > 0, ...birthAndLanguage(personal) } }),
    }),
    AttributesChanged: (profile, { data: { attributes } }) =>
      profile && { ...profile, attributes: changedAttributes(profile.attributes, attributes) },
    ClientDetailsChanged: (profile, { data: { personal } }) =>
      withFacts(profile, ({ birthDate, language }) => {
        const told = { ...(birthDate !== null && { birthDate }), ...(language !== null && { language }) };
        return { described: true, ...birthAndLanguage(changedPerson(told, personal ?? {})) };
      }),
    AddressAdded: (profile, { data: { addressId, validity, personal } }) =>
      withFacts(profile, ({ addresses }) => {
        const { country = '', postalCode = null } = personal ?? {};
        return personal ? { addresses: { ...addresses, [addressId]: { country, postalCode, validity, returned: false } } } : {};
      }),
    AddressEnded: (profile, { data: { addressId, until } }) =>
      withFacts(profile, ({ addresses }) => withAddress(addresses, addressId, ({ validity }) => ({ validity: { ...validity, until } }))),
    MailReturned: (profile, { data: { addressId } }) =>
      withFacts(profile, ({ addresses }) => withAddress(addresses, addressId, () => ({ returned: true }))),
    EmailAdded: (profile, { data: { emailId, personal } }) =>
      withFacts(profile, ({ emails }) => (personal ? { emails: [...emails, emailId] } : {})),
    PhoneAdded: (profile, { data: { phoneId, line, personal } }) =>
      withFacts(profile, ({ mobiles, landlines }) => {
        if (!personal) return {};
        return line === 'mobile' ? { mobiles: [...mobiles, phoneId] } : { landlines: [...landlines, phoneId] };
      }),
    ContactPointRemoved: (known, { data: { pointId }, metadata }) => {
      const profile = known?.consent ? heard(known, (consent) => withoutPoint(consent, pointId, metadata.occurredAt)) : known;
      return withFacts(profile, ({ addresses, emails, mobiles, landlines }) => ({
        addresses: Object.fromEntries(Object.entries(addresses).filter(([id]) => id !== pointId)),
        emails: emails.filter((id) => id !== pointId),
        mobiles: mobiles.filter((id) => id !== pointId),
        landlines: landlines.filter((id) => id !== pointId),
      }));
    },
    ClientDied: (profile) => withFacts(profile, () => ({ deceased: true })),
    DeathRefuted: (profile) => withFacts(profile, () => ({ deceased: false })),
    ClientClosed: (profile) => withFacts(profile, () => ({ closed: true })),
    ClientReopened: (profile) => withFacts(profile, () => ({ closed: false })),
    CreditBlocked: (profile) => withFacts(profile, () => ({ creditBlocked: true })),
    CreditReleased: (profile) => withFacts(profile, () => ({ creditBlocked: false })),
    ClientErased: () => null,
    ...mergedSteps<Profile>(),
    ConsentGiven: (profile, { data, metadata }) => heard(profile, (consent) => factsAfter.ConsentGiven(consent, data, metadata.occurredAt)),
    ConsentConfirmed: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ConsentConfirmed(consent, data, metadata.occurredAt)),
    ConsentWithdrawn: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ConsentWithdrawn(consent, data, metadata.occurredAt)),
    ConsentRetracted: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ConsentRetracted(consent, data, metadata.occurredAt)),
    ConsentLapsed: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ConsentLapsed(consent, data, metadata.occurredAt)),
    OppositionDeclared: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.OppositionDeclared(consent, data, metadata.occurredAt)),
    ProcessingRestricted: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ProcessingRestricted(consent, data, metadata.occurredAt)),
    RestrictionEnded: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.RestrictionEnded(consent, data, metadata.occurredAt)),
    ProfilingObjected: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ProfilingObjected(consent, data, metadata.occurredAt)),
    ProfilingObjectionEnded: (profile, { data, metadata }) =>
      heard(profile, (consent) => factsAfter.ProfilingObjectionEnded(consent, data, metadata.occurredAt)),
    ContactRecorded: (profile, { metadata }) =>
      profile && { ...profile, solicitations: solicited(profile, 'otherContacts', true, metadata.occurredAt) },
    MailingDispatched: (profile, { data, metadata }) =>
      profile && {
        ...profile,
        solicitations: solicited(profile, 'mailings', true, metadata.occurredAt),
        waves: { ...profile.waves, [data.campaignId]: data.wave },
      },
    ContactWithheld: (profile, { data, metadata }) =>
      profile && {
        ...profile,
        solicitations: solicited(profile, 'withheld', data.shadow, metadata.occurredAt),
        waves: { ...profile.waves, [data.campaignId]: data.wave },
      },
    ResponseRecorded: (known, { data: { kind, responseId }, metadata }) => {
      const at = metadata.occurredAt;
      const profile = kind === 'complaint' ? heard(known, (consent) => complained(consent, responseId, at)) : known;
      return profile && { ...profile, responses: { count: profile.responses.count + 1, last: later(profile.responses.last, at) } };
    },
    PurchaseRecorded: (profile, { data: { purchaseId, amount, currency }, metadata: { occurredAt: at } }) =>
      profile && purchased(profile, { bought: [...profile.purchases.history.bought, { purchaseId, at, amount, currency }] }),
    PurchaseReturned: (profile, { data: { purchaseId, amount, currency }, metadata: { occurredAt: at } }) =>
      profile && purchased(profile, { returned: [...profile.purchases.history.returned, { purchaseId, at, amount, currency }] }),
    PurchaseRetracted: (profile, { data: { purchaseId } }) =>
      profile && purchased(profile, { bought: profile.purchases.history.bought.filter((one) => one.purchaseId !== purchaseId) }),
    ReturnRetracted: (profile, { data }) =>
      profile && purchased(profile, { returned: withoutOne(profile.purchases.history.returned, data) }),
    ResponseRetracted: (profile, { data: { respondedLast } }) =>
      profile && { ...profile, responses: { count: profile.responses.count - 1, last: respondedLast } },
    ContactRetracted: (profile, { data: { at } }) => profile && { ...profile, solicitations: unsolicited(profile, at) },
    PurchaseCancelled: (profile, { data: { purchaseId } }) => notKept(profile, purchaseId),
    DeliveryRefused: (profile, { data: { purchaseId } }) => notKept(profile, purchaseId),
  },
};
