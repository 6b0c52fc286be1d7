import { Channel } from '../client/channel.js';
import { ConsentFacts } from './consent-facts.js';
import { CONSENT_POLICY, ConsentPolicy } from './consent-policy.js';
import { ContactAnswer, isObjection, mayContact, Suppression } from './contact-permission.js';
import { ContactPoints, holdsOn } from '../person/person.js';
import { Validity } from '../person/person.events.js';

/** Where a client can be reached, without saying where that is. */
export interface Places {
  readonly addresses: Readonly<Record<string, { readonly country: string; readonly validity: Validity; readonly returned: boolean }>>;
  readonly emails: readonly string[];
  readonly mobiles: readonly string[];
  readonly landlines: readonly string[];
}

export const NOWHERE: Places = { addresses: {}, emails: [], mobiles: [], landlines: [] };

/** The contact points of a client as places; those that were erased are none. */
export const placesOf = (points: ContactPoints): Places => {
  const entries = Object.entries(points);
  const phones = (mobile: boolean): string[] =>
    entries.flatMap(([id, point]) => (point.kind === 'phone' && point.number !== null && (point.line === 'mobile') === mobile ? [id] : []));
  return {
    addresses: Object.fromEntries(
      entries.flatMap(([id, point]) => {
        if (point.kind !== 'address' || point.address === null) return [];
        return [[id, { country: point.address.country, validity: point.validity, returned: point.returned !== null }]];
      }),
    ),
    emails: entries.flatMap(([id, point]) => (point.kind === 'email' && point.email !== null ? [id] : [])),
    mobiles: phones(true),
    landlines: phones(false),
  };
};

/** The contact points of a channel, in order of id: short messages go to mobiles only. */
export const pointIdsFor = ({ addresses, emails, mobiles, landlines }: Places, channel: Channel): readonly string[] => {
  const ids = { email: emails, sms: mobiles, phone: [...mobiles, ...landlines], post: Object.keys(addresses) }[channel];
  return [...ids].sort();
};

/** What is to be sent, and how strictly. */
export interface Sending {
  readonly channel: Channel;
  readonly purpose: string;
  /** Whether it must stand on something; otherwise only what the client objects to stops it. */
  readonly consentRequired: boolean;
  /** ISO instant. */
  readonly at: string;
}

/** Why a client cannot be reached. */
export type Unreachable = 'restricted' | 'opposed' | 'suppressed' | 'no-contact-point' | 'no-consent';

/** Where something is sent to, null: nothing is known here; or why nowhere. */
export type Reach = { readonly pointId: string | null } | { readonly reason: Unreachable };

/** Whose laws hold at a contact point: of the address itself, else of wherever the client lives that day. */
const countriesAt = ({ addresses }: Places, channel: Channel, pointId: string | null, day: string): readonly (string | null)[] => {
  if (channel === 'post') return [pointId === null ? null : addresses[pointId].country];
  const countries = Object.values(addresses).flatMap(({ country, validity }) => (holdsOn(validity, day) ? [country] : []));
  return countries.length > 0 ? [...new Set(countries)].sort() : [null];
};

/** Whether a client may be addressed at a contact point: where several laws hold, by each of them. */
export const answerAt = (
  { places, consent, suppressions }: Addressee,
  { channel, purpose, at }: Pick<Sending, 'channel' | 'purpose' | 'at'>,
  pointId: string | null,
  policy: ConsentPolicy = CONSENT_POLICY,
): ContactAnswer => {
  const answers = countriesAt(places, channel, pointId, at.slice(0, 10)).map((country) =>
    mayContact(consent, suppressions, { channel, purpose, pointId, country, at }, policy),
  );
  return answers.find(({ allowed }) => !allowed) ?? answers[0];
};

/** Somebody to be addressed. */
export interface Addressee {
  readonly places: Places;
  readonly consent: ConsentFacts;
  readonly suppressions: readonly Suppression[];
}

/** The instant of an order, or of the last thing said if that came after it: an order may be older than what stops it. */
const lastHeard = ({ consent, suppressions }: Addressee, at: string): string =>
  [
    ...consent.consents.flatMap(({ givenAt, confirmedAt, withdrawnAt, points }) => [
      givenAt,
      confirmedAt,
      withdrawnAt,
      ...points.map(({ until }) => until),
    ]),
    ...consent.oppositions.map((opposition) => opposition.at),
    ...consent.restrictions.flatMap(({ from, until }) => [from, until]),
    ...suppressions.map(({ from }) => from),
  ].reduce<string>((latest, instant) => (instant !== null && instant > latest ? instant : latest), at);

/** Where a client may be reached: the first contact point, in order of id, at which nothing stands against it. */
export const reach = (addressee: Addressee, sending: Sending, policy: ConsentPolicy = CONSENT_POLICY): Reach => {
  const { addresses } = addressee.places;
  const asked = { ...sending, at: lastHeard(addressee, sending.at) };
  const day = asked.at.slice(0, 10);
  const open = pointIdsFor(addressee.places, sending.channel).filter(
    (id) => sending.channel !== 'post' || (!addresses[id].returned && holdsOn(addresses[id].validity, day)),
  );
  let reason: Unreachable | null = null;
  for (const pointId of open.length > 0 ? open : [null]) {
    const answer = answerAt(addressee, asked, pointId, policy);
    if (!answer.allowed && isObjection(answer.reason)) reason ??= answer.reason;
    else if (!sending.consentRequired || (answer.allowed && pointId !== null)) return { pointId };
    else reason ??= pointId === null ? 'no-contact-point' : 'no-consent';
  }
  return { reason: reason! };
};
