import { DocumentStore, everyDocument } from '@boucle/eventsourcing';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { WholeFiles } from '../merging/whole-files.js';
import { ClientHistory, noHistory, wholeHistory } from './client-history.js';
import { historyProjection } from './history.projection.js';

/** A person as analysis sees him: everything that is known of him by all his files. */
export interface Subject {
  readonly clientId: string;
  readonly profile: Profile;
  readonly history: ClientHistory;
}

const isAlias = ({ mergedInto }: Profile): boolean => mergedInto !== undefined;

/** Reads people from the read models; an alias is nobody. */
export class Subjects {
  private readonly whole: WholeFiles;

  constructor(private readonly documents: Pick<DocumentStore, 'getMany' | 'scan'>) {
    this.whole = new WholeFiles(documents);
  }

  /** The people behind these ids: an alias leads to whom he is one with, who was erased to nobody. */
  async behind(clientIds: readonly string[]): Promise<ReadonlyMap<string, Subject>> {
    const profiles = await this.profilesOf(clientIds);
    const survivors = [...profiles.values()].flatMap(({ mergedInto = null }) => mergedInto ?? []);
    const others = await this.profilesOf(survivors.filter((id) => !profiles.has(id)));
    const people = await this.people([...profiles.values(), ...others.values()]);
    const subjects = new Map(people.map((subject) => [subject.clientId, subject]));
    return new Map(
      clientIds.flatMap((clientId) => {
        const subject = subjects.get(profiles.get(clientId)?.mergedInto ?? clientId);
        return subject ? [[clientId, subject] as const] : [];
      }),
    );
  }

  /** Everybody in order of id, a page at a time. */
  async *all(): AsyncGenerator<readonly Subject[]> {
    for await (const page of everyDocument<Profile>(this.documents, profileProjection.name)) {
      const subjects = await this.people(page.flatMap(({ document }) => document ?? []));
      if (subjects.length > 0) yield subjects;
    }
  }

  private async profilesOf(clientIds: readonly string[]): Promise<ReadonlyMap<string, Profile>> {
    const stored = clientIds.length > 0 ? await this.documents.getMany<Profile>(profileProjection.name, [...new Set(clientIds)]) : [];
    return new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));
  }

  private async people(all: readonly Profile[]): Promise<readonly Subject[]> {
    const own = all.filter((profile) => !isAlias(profile));
    if (own.length === 0) return [];
    const profiles = await this.whole.profiles(own);
    const ids = own.flatMap(({ clientId, merged = [] }) => [clientId, ...merged.map((one) => one.clientId)]);
    const stored = await this.documents.getMany<ClientHistory>(historyProjection.name, ids);
    const histories = new Map(stored.map(({ key, document }) => [key, document]));
    return profiles.map((profile) => {
      const { clientId, merged = [] } = profile;
      const others = merged.flatMap((one) => histories.get(one.clientId) ?? []);
      return { clientId, profile, history: wholeHistory(histories.get(clientId) ?? noHistory(clientId), others) };
    });
  }
}
