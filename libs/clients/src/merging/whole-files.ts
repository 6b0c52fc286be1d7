import { DocumentStore } from '@boucle/eventsourcing';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { Portfolio, portfoliosProjection } from '../record/portfolios.projection.js';
import { Household, householdsProjection } from '../record/records.projection.js';
import { Mergeable } from './mergeable.js';
import { PersonOf, wholeHousehold } from './whole-members.js';
import { namesOfPoints, OtherFile, wholeIdentity } from './whole-identity.js';
import { wholePortfolio } from './whole-portfolio.js';
import { wholeProfile } from './whole-profile.js';

type Survivor<Document> = Document & { readonly merged: NonNullable<Mergeable['merged']> };
const isSurvivor = <Document extends Mergeable>(document: Document): document is Survivor<Document> => document.merged !== undefined;

/** Reads people by all their files. Few have more than one: for all others nothing more is read. */
export class WholeFiles {
  constructor(private readonly documents: Pick<DocumentStore, 'getMany'>) {}

  /** Who they are; an alias stays what he is. */
  async identities(identities: readonly Identity[]): Promise<readonly Identity[]> {
    const others = await this.othersOf(identityProjection.name, identities.filter(isSurvivor));
    return identities.map((identity) => wholeIdentity(identity, others(identity)));
  }

  /** Who looks after them; an alias stays what he is. */
  async portfolios(portfolios: readonly Portfolio[]): Promise<readonly Portfolio[]> {
    const others = await this.othersOf(portfoliosProjection.name, portfolios.filter(isSurvivor));
    return portfolios.map((portfolio) => wholePortfolio(portfolio, others(portfolio)));
  }

  /** The people behind ids, whichever of theirs it is. */
  async people(clientIds: readonly string[]): Promise<PersonOf> {
    const found = await this.survivors<Identity>(identityProjection.name, clientIds);
    const whole = await this.identities([...new Set(found.values())]);
    const people = new Map(whole.map((identity) => [identity.clientId, identity]));
    return (clientId) => people.get(found.get(clientId)?.clientId ?? '') ?? null;
  }

  /** Those of these households that are known, by id. */
  async households(householdIds: readonly string[]): Promise<ReadonlyMap<string, Household>> {
    const households = await this.known<Household>(householdsProjection.name, householdIds);
    const personOf = await this.people([...households.values()].flatMap(({ members }) => Object.keys(members)));
    return new Map([...households].map(([id, household]) => [id, wholeHousehold(household, personOf)]));
  }

  /** Of each of these ids the document, or that of the survivor whose alias it is. */
  async survivors<Document extends Mergeable & { readonly clientId: string }>(
    collection: string,
    clientIds: readonly string[],
  ): Promise<ReadonlyMap<string, Document>> {
    const own = await this.known<Document>(collection, clientIds);
    const survivors = await this.known<Document>(
      collection,
      [...own.values()].flatMap(({ mergedInto }) => mergedInto ?? []),
    );
    return new Map(
      [...own].flatMap(([id, document]) => {
        const survivor = document.mergedInto === undefined ? document : survivors.get(document.mergedInto);
        return survivor ? [[id, survivor] as const] : [];
      }),
    );
  }

  /** What is known about them; an alias stays what he is. */
  async profiles(profiles: readonly Profile[]): Promise<readonly Profile[]> {
    const survivors = profiles.filter(isSurvivor);
    if (survivors.length === 0) return profiles;
    const others = await this.othersOf(profileProjection.name, survivors);
    const ids = survivors.flatMap(({ clientId, merged }) => [clientId, ...merged.map((one) => one.clientId)]);
    const identities = await this.known<Identity>(identityProjection.name, ids);
    return profiles.map((profile) => {
      const own = identities.get(profile.clientId);
      const files = others(profile).flatMap((file) => {
        const identity = identities.get(file.clientId);
        return identity ? [{ file, identity }] : [];
      });
      const names = own
        ? namesOfPoints(
            own,
            files.map(({ identity }) => identity),
          )
        : [];
      return own
        ? wholeProfile(
            profile,
            files.map(({ file }) => file),
            names,
          )
        : profile;
    });
  }

  private async othersOf<Document extends Mergeable>(
    collection: string,
    survivors: readonly Survivor<Document>[],
  ): Promise<(document: Document) => readonly OtherFile<Document>[]> {
    const found = await this.known<Document>(
      collection,
      survivors.flatMap(({ merged }) => merged.map(({ clientId }) => clientId)),
    );
    return ({ merged = [] }) =>
      merged.flatMap((one) => {
        const document = found.get(one.clientId);
        return document ? [{ ...one, document }] : [];
      });
  }

  private async known<Document extends object>(collection: string, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const stored = ids.length > 0 ? await this.documents.getMany<Document>(collection, [...new Set(ids)]) : [];
    return new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));
  }
}
