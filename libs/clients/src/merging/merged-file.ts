import { Client } from '../client/client.js';
import { withContact } from '../client/contact-pressure.js';
import { Places, placesOf } from '../consent/reach.js';
import { ContactPoints } from '../person/person.js';
import { joinedPoints } from './joined-points.js';
import { Countries, MergedFacts, MergedReach } from './merge.events.js';
import { mergedConsent } from './merged-consent.js';

/** What a survivor has to know of a client. */
export const factsOf = (client: Client, revision: number): MergedFacts => ({
  revision,
  consent: client.consent,
  deceased: client.deceased,
  closed: client.closed,
  creditBlocked: client.creditBlocked,
  contacts: client.contacts,
  contacted: client.contacted,
  known: client.retention.known,
  heardOf: client.retention.heardOf,
  holds: client.retention.holds,
  bought: client.purchases.bought.length > 0,
  contracts: Object.fromEntries(
    Object.entries(client.relations.contracts).flatMap(([id, { ended, endsOn }]) => (ended ? [] : [[id, endsOn] as const])),
  ),
});

/** What contact points of merged files are called in the file of the survivor, one after the other. */
export const reachOf = (own: ContactPoints, files: readonly ContactPoints[]): readonly { reach: MergedReach; countries: Countries }[] => {
  const { points, names } = joinedPoints(own, files);
  const shared = new Set(Object.keys(own));
  return names.map((called) => {
    // what two merged files have stands with the first
    const theirs = Object.entries(points).filter(([name]) => !shared.has(name) && [...called.values()].flat().includes(name));
    for (const [name] of theirs) shared.add(name);
    const { addresses, ...others } = placesOf(Object.fromEntries(theirs));
    return {
      reach: {
        names: Object.fromEntries(called),
        addresses: Object.fromEntries(Object.entries(addresses).map(([name, { country: _, ...address }]) => [name, address])),
        ...others,
      },
      countries: Object.fromEntries(Object.entries(addresses).map(([name, { country }]) => [name, country])),
    };
  });
};

const later = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a);

/** What is said of a person under all his ids, and where he can be reached. */
export interface WholePerson extends Client {
  readonly places: Places;
}

/** The person behind a client and all files that were merged into his: what he has said, where he is reached, how often he was contacted, and how long he is kept. */
export const wholePerson = (client: Client): WholePerson => {
  const files = Object.entries(client.merging.files);
  const places = placesOf(client.points);
  if (files.length === 0) return { ...client, places };
  const all = files.map(([, file]) => file);
  // a name that the survivor has taken for another contact point since is none of theirs
  const free = (name: string): boolean => !Object.hasOwn(client.points, name);
  const reached = (of: 'emails' | 'mobiles' | 'landlines'): readonly string[] => [
    ...places[of],
    ...all.flatMap(({ reach }) => reach[of].filter(free)),
  ];
  const addresses = all.flatMap(({ reach, countries }) =>
    Object.entries(reach.addresses).flatMap(([name, address]) =>
      free(name) && Object.hasOwn(countries, name) ? [[name, { ...address, country: countries[name] }] as const] : [],
    ),
  );
  const said = files.map(([id, { consent, reach }]) => ({ id, consent, names: namesIn(reach, client) }));
  return {
    ...client,
    places: {
      addresses: { ...places.addresses, ...Object.fromEntries(addresses) },
      emails: reached('emails'),
      mobiles: reached('mobiles'),
      landlines: reached('landlines'),
    },
    consent: mergedConsent(client.consent, said),
    deceased: client.deceased || all.some(({ deceased }) => deceased),
    closed: client.closed || all.some(({ closed }) => closed),
    creditBlocked: client.creditBlocked || all.some(({ creditBlocked }) => creditBlocked),
    contacts: all.flatMap(({ contacts }) => contacts).reduce(withContact, client.contacts),
    contacted: all.reduce((sum, { contacted }) => sum + contacted, client.contacted),
    retention: {
      ...client.retention,
      proposedAt: all.some(({ heardOf }) => heardOf !== null && heardOf > (client.retention.proposedAt ?? ''))
        ? null
        : client.retention.proposedAt,
      known: client.retention.known || all.some(({ known }) => known),
      heardOf: all.reduce((last, { heardOf }) => later(last, heardOf), client.retention.heardOf),
      holds: [...new Set([...client.retention.holds, ...all.flatMap(({ holds }) => holds)])],
    },
  };
};

/** What the survivor calls the contact points of a merged file, unless he has given the name to something else since. */
const namesIn = (
  { names, addresses, emails, mobiles, landlines }: MergedReach,
  { points }: Client,
): ReadonlyMap<string, readonly string[]> => {
  const theirs = new Set([...Object.keys(addresses), ...emails, ...mobiles, ...landlines]);
  const taken = (name: string): boolean => theirs.has(name) && Object.hasOwn(points, name);
  return new Map(Object.entries(names).map(([id, called]) => [id, called.filter((name) => !taken(name))]));
};
