import { Client } from '../client/client.js';
import { withContact } from '../client/contact-pressure.js';
import { ConsentFacts } from '../consent/consent-facts.js';
import { HoldReason } from '../forgetting/retention.events.js';
import { ContactPoints } from '../person/person.js';
import { joinedPoints } from './joined-points.js';
import { mergedConsent } from './merged-consent.js';

/** Whose value counts, by field: the id of the file that has it. */
export type Winners = Readonly<Record<string, string>>;

/** Something that came while two files were one, of which nobody knows to whom it belongs. */
export interface Undecided {
  /** The event. */
  readonly what: string;
  readonly at: string;
  /** Fields, or ids of what it is about. */
  readonly of: readonly string[];
}

/** What the rules of a survivor read of a file that was merged into his; nothing personal. */
export interface MergedFacts {
  /** How far its stream was read: what was read later counts. */
  readonly revision: number;
  readonly consent: ConsentFacts;
  readonly deceased: boolean;
  readonly closed: boolean;
  readonly creditBlocked: boolean;
  /** As contact pressure counts them. */
  readonly contacts: readonly string[];
  readonly contacted: number;
  readonly known: boolean;
  readonly heardOf: string | null;
  readonly holds: readonly HoldReason[];
  readonly bought: boolean;
}

/** A file that was merged into another. */
export interface MergedFile extends MergedFacts {
  readonly points: ContactPoints;
  readonly winners: Winners;
  readonly undecided: readonly Undecided[];
}

/** With whom a client is one. */
export interface Merging {
  /** The survivor whose alias he is. */
  readonly into: string | null;
  /** Those of whom it is not known yet whether they can be merged into him, with the fields that somebody chose. */
  readonly begun: Readonly<Record<string, Winners>>;
  /** Those that were merged into him, in their order. */
  readonly files: Readonly<Record<string, MergedFile>>;
  /** Those who were, and are people of their own again. */
  readonly ended: readonly string[];
}

export const UNMERGED: Merging = { into: null, begun: {}, files: {}, ended: [] };

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
});

const later = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a);

/** The person behind a client and all files that were merged into his: what he has said, where he is reached, how often he was contacted, and how long he is kept. */
export const wholePerson = (client: Client): Client => {
  const files = Object.entries(client.merging.files);
  if (files.length === 0) return client;
  const { points, names } = joinedPoints(
    client.points,
    files.map(([, file]) => file.points),
  );
  const said = files.map(([id, file], n) => ({ id, consent: file.consent, names: names[n] }));
  const all = files.map(([, file]) => file);
  return {
    ...client,
    points,
    consent: mergedConsent(client.consent, said),
    deceased: client.deceased || all.some(({ deceased }) => deceased),
    closed: client.closed || all.some(({ closed }) => closed),
    creditBlocked: client.creditBlocked || all.some(({ creditBlocked }) => creditBlocked),
    contacts: all.flatMap(({ contacts }) => contacts).reduce(withContact, client.contacts),
    contacted: all.reduce((sum, { contacted }) => sum + contacted, client.contacted),
    retention: {
      ...client.retention,
      known: client.retention.known || all.some(({ known }) => known),
      heardOf: all.reduce((last, { heardOf }) => later(last, heardOf), client.retention.heardOf),
      holds: [...new Set([...client.retention.holds, ...all.flatMap(({ holds }) => holds)])],
    },
  };
};
