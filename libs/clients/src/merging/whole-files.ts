import { DocumentStore } from '@boucle/eventsourcing';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { Mergeable } from './mergeable.js';
import { namesOfPoints, OtherFile, wholeIdentity } from './whole-identity.js';
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

  /** What is known about them; an alias stays what he is. */
  async profiles(profiles: readonly Profile[]): Promise<readonly Profile[]> {
    const survivors = profiles.filter(isSurvivor);
    if (survivors.length === 0) return profiles;
    const others = await this.othersOf(profileProjection.name, survivors);
    const ids = survivors.flatMap(({ clientId, merged }) => [clientId, ...merged.map((one) => one.clientId)]);
    const stored = await this.documents.getMany<Identity>(identityProjection.name, ids);
    const identities = new Map(stored.map(({ key, document }) => [key, document]));
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
    const ids = survivors.flatMap(({ merged }) => merged.map(({ clientId }) => clientId));
    const stored = ids.length > 0 ? await this.documents.getMany<Document>(collection, ids) : [];
    const found = new Map(stored.map(({ key, document }) => [key, document]));
    return ({ merged = [] }) =>
      merged.flatMap((one) => {
        const document = found.get(one.clientId);
        return document ? [{ ...one, document }] : [];
      });
  }
}
