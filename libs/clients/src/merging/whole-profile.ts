import { Attributes } from '../client/client.events.js';
import { withContact } from '../client/contact-pressure.js';
import { PersonFacts, Profile } from '../client/profile.projection.js';
import { isOpen, NOTHING_SAID } from '../consent/consent-facts.js';
import { isOpposedToAll } from '../consent/contact-permission.js';
import { PurchaseHistory, summaryOf } from '../purchase/purchase-history.js';
import { PointNames } from './joined-points.js';
import { mergedConsent } from './merged-consent.js';
import { OtherFile } from './whole-identity.js';
import { wholeOf } from './winners.js';

const filled = (attributes: Attributes): Attributes => Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));

type Others = readonly OtherFile<Profile>[];

const factsOf = (own: PersonFacts | null, files: Others, names: readonly PointNames[]): PersonFacts | null => {
  const all = [own, ...files.map(({ document }) => document.person)];
  const known = all.filter((facts) => facts !== null);
  if (known.length === 0) return null;
  const told = ({ birthDate, language }: PersonFacts) => ({
    ...(birthDate !== null && { birthDate }),
    ...(language !== null && { language }),
  });
  const { birthDate = null, language = null } = wholeOf(
    own ? told(own) : {},
    files.flatMap(({ clientId, winners, document: { person } }) => (person ? [{ id: clientId, winners, person: told(person) }] : [])),
  );
  const namesOf = (id: string, file: number): readonly string[] => (file === 0 ? [id] : (names[file - 1].get(id) ?? []));
  const ids = (of: (facts: PersonFacts) => readonly string[]): readonly string[] => [
    ...new Set(all.flatMap((facts, file) => (facts ? of(facts).flatMap((id) => namesOf(id, file)) : []))),
  ];
  const addresses = new Map<string, PersonFacts['addresses'][string]>();
  all.forEach((facts, file) => {
    for (const [id, address] of Object.entries(facts?.addresses ?? {}))
      for (const name of namesOf(id, file)) if (!addresses.has(name)) addresses.set(name, address);
  });
  return {
    described: known.some(({ described }) => described),
    birthDate,
    language,
    addresses: Object.fromEntries(addresses),
    emails: ids(({ emails }) => emails),
    mobiles: ids(({ mobiles }) => mobiles),
    landlines: ids(({ landlines }) => landlines),
    deceased: known.some(({ deceased }) => deceased),
    closed: known.some(({ closed }) => closed),
    creditBlocked: known.some(({ creditBlocked }) => creditBlocked),
  };
};

/** Purchases of all files in order of time; the ids of another file's say whose they are. */
const historyOf = (own: Profile, files: Others): PurchaseHistory => {
  const all = [own.purchases.history, ...files.map(({ clientId, document }) => elsewhere(clientId, document.purchases.history))];
  const inOrder = <T extends { readonly at: string }>(entries: readonly T[]): T[] =>
    [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return {
    bought: inOrder(all.flatMap(({ bought }) => bought)),
    returned: inOrder(all.flatMap(({ returned }) => returned)),
    revoked: all.flatMap(({ revoked }) => revoked),
  };
};

const elsewhere = (clientId: string, { bought, returned, revoked }: PurchaseHistory): PurchaseHistory => {
  const named = (purchaseId: string): string => `${clientId}/${purchaseId}`;
  return {
    bought: bought.map((one) => ({ ...one, purchaseId: named(one.purchaseId) })),
    returned: returned.map((one) => ({ ...one, purchaseId: one.purchaseId && named(one.purchaseId) })),
    revoked: revoked.map(named),
  };
};

const solicitationsOf = (all: readonly Profile[], last: string | null): Profile['solicitations'] => {
  const sum = (of: (one: Profile['solicitations']) => number): number =>
    all.reduce((total, { solicitations }) => total + of(solicitations), 0);
  const recent = all.flatMap(({ solicitations }) => solicitations.recent).reduce<readonly string[]>(withContact, []);
  return {
    mailings: sum(({ mailings }) => mailings),
    otherContacts: sum(({ otherContacts }) => otherContacts),
    withheld: sum(({ withheld }) => withheld),
    sinceLastPurchase: recent.filter((at) => at > (last ?? '')).length,
    recent,
  };
};

const latest = (instants: readonly (string | null)[]): string | null =>
  instants.reduce((last, at) => (last === null || (at !== null && at > last) ? at : last), null);

const wavesOf = (all: readonly Profile[]): Profile['waves'] => {
  const waves = new Map<string, number>();
  for (const profile of all)
    for (const [campaignId, wave] of Object.entries(profile.waves)) waves.set(campaignId, Math.max(wave, waves.get(campaignId) ?? 0));
  return Object.fromEntries(waves);
};

/**
 * What is known about a person by all his files, under the id of the survivor.
 * @param names what the contact points of the other files are called in his
 */
export const wholeProfile = (own: Profile, files: Others, names: readonly PointNames[]): Profile => {
  if (files.length === 0) return own;
  const all = [own, ...files.map(({ document }) => document)];
  const history = historyOf(own, files);
  const summary = summaryOf(history);
  const said = files.map(({ clientId, document }, n) => ({ id: clientId, consent: document.consent ?? NOTHING_SAID, names: names[n] }));
  const consent = all.every((one) => one.consent === null) ? null : mergedConsent(own.consent ?? NOTHING_SAID, said);
  return {
    ...own,
    attributes: all.reduceRight<Attributes>((found, { attributes }) => ({ ...found, ...filled(attributes) }), own.attributes),
    registeredAt: all.map(({ registeredAt }) => registeredAt).sort()[0],
    person: factsOf(own.person, files, names),
    purchases: { ...summary, history },
    solicitations: solicitationsOf(all, summary.last),
    responses: {
      count: all.reduce((sum, { responses }) => sum + responses.count, 0),
      last: latest(all.map(({ responses }) => responses.last)),
    },
    consent,
    opposed: consent !== null && isOpposedToAll(consent),
    restricted: consent !== null && isOpen(consent.restrictions),
    objectsToProfiling: consent !== null && isOpen(consent.profilingObjections),
    waves: wavesOf(all),
  };
};
