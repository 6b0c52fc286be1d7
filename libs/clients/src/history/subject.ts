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

  /** Those of these clients who are people of their own, in no order. */
  async of(clientIds: readonly string[]): Promise<readonly Subject[]> {
    const stored = await this.documents.getMany<Profile>(profileProjection.name, clientIds);
    return this.people(stored.flatMap(({ document }) => document ?? []));
  }

  /** Everybody in order of id, a page at a time. */
  async *all(): AsyncGenerator<readonly Subject[]> {
    for await (const page of everyDocument<Profile>(this.documents, profileProjection.name)) {
      const subjects = await this.people(page.flatMap(({ document }) => document ?? []));
      if (subjects.length > 0) yield subjects;
    }
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
