import { Projection } from '@boucle/eventsourcing';
import { Attributes, ClientEvent } from './client.events.js';
import { withContact } from './contact-pressure.js';

/** What is known about a client, as targeting and people read it. */
export interface Profile {
  readonly clientId: string;
  readonly attributes: Attributes;
  readonly registeredAt: string;
  readonly purchases: {
    /** Distinct days with a purchase (UTC), in order of arrival; their number is the frequency. */
    readonly days: readonly string[];
    readonly count: number;
    /** Cents by currency; currencies never add. */
    readonly monetary: Readonly<Record<string, number>>;
    readonly first: string | null;
    /** Recency counts from here. */
    readonly last: string | null;
  };
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
  readonly opposed: boolean;
  /** The latest wave of each campaign into which the client was drawn. */
  readonly waves: Readonly<Record<string, number>>;
}

/** Nothing yet; every new profile shares it until something happens. */
const NOTHING: Omit<Profile, 'clientId' | 'attributes' | 'registeredAt'> = {
  purchases: { days: [], count: 0, monetary: {}, first: null, last: null },
  solicitations: { mailings: 0, otherContacts: 0, withheld: 0, sinceLastPurchase: 0, recent: [] },
  responses: { count: 0, last: null },
  opposed: false,
  waves: {},
};

const earlier = (a: string | null, b: string): string => (a !== null && a < b ? a : b);
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

const bought = (profile: Profile, amount: number, currency: string, at: string): Profile => {
  const { days, count, monetary, first, last } = profile.purchases;
  const day = at.slice(0, 10);
  const { solicitations } = profile;
  // A purchase recorded late may not be the last one.
  const isLast = last === null || at > last;
  const sinceLastPurchase = isLast ? solicitations.recent.filter((contact) => contact > at).length : solicitations.sinceLastPurchase;
  return {
    ...profile,
    solicitations: sinceLastPurchase === solicitations.sinceLastPurchase ? solicitations : { ...solicitations, sinceLastPurchase },
    purchases: {
      days: days.includes(day) ? days : [...days, day],
      count: count + 1,
      monetary: { ...monetary, [currency]: (monetary[currency] ?? 0) + amount },
      first: earlier(first, at),
      last: later(last, at),
    },
  };
};

/** One profile per client. */
export const profileProjection: Projection<Profile, Exclude<ClientEvent, { type: 'AnswerUnknown' }>> = {
  name: 'profiles',
  key: ({ data }) => data.clientId,
  on: {
    ClientRegistered: (_, { data: { clientId, attributes }, metadata }) => ({
      clientId,
      attributes,
      registeredAt: metadata.occurredAt,
      ...NOTHING,
    }),
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
    ResponseRecorded: (profile, { data, metadata }) =>
      profile && {
        ...profile,
        responses: { count: profile.responses.count + 1, last: later(profile.responses.last, metadata.occurredAt) },
        opposed: profile.opposed || data.kind === 'complaint',
      },
    PurchaseRecorded: (profile, { data, metadata }) => profile && bought(profile, data.amount, data.currency, metadata.occurredAt),
  },
};
