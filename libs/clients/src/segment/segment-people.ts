import { DocumentStore, everyDocument, StoredDocument } from '@boucle/eventsourcing';
import { clientSampleProjection, SampledClient } from '../client/client-sample.projection.js';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { ClientHistory, noHistory, wholeHistory } from '../history/client-history.js';
import { historyProjection } from '../history/history.projection.js';
import { WholeFiles } from '../merging/whole-files.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { isScore, Score, ScoreDocument, scoresProjection } from '../value/scores.projection.js';
import { SegmentSubject } from './segment-subject.js';
import { ALONE, Surroundings, surroundingsOf } from './surroundings.js';

/** What is asked of each person. */
export type Ask<Answer> = (person: SegmentSubject) => Answer;

/** What somebody answers. */
export interface Answered<Answer> {
  readonly clientId: string;
  readonly answer: Answer;
}

/** Answers of people in order of id, some hundreds at a time. */
export type Answers<Answer> = AsyncIterable<readonly Answered<Answer>[]>;

/** Of each person what a question asks besides his profile. */
interface Parts {
  history?: ReadonlyMap<string, ClientHistory>;
  identity?: ReadonlyMap<string, Identity>;
  score?: ReadonlyMap<string, Score>;
  around?: ReadonlyMap<string, Surroundings>;
}
type Part = keyof Parts;

/** Something was asked that has not been read. */
class Unread extends Error {
  constructor(readonly part: Part) {
    super(`The ${part} was not read`);
  }
}

/** A person of whom nothing is read that nobody asks. */
class Asked implements SegmentSubject {
  readonly clientId: string;

  constructor(
    readonly profile: Profile,
    private readonly parts: Parts,
  ) {
    this.clientId = profile.clientId;
  }

  get history(): ClientHistory {
    return this.read('history').get(this.clientId)!;
  }

  get identity(): Identity | null {
    return this.read('identity').get(this.clientId) ?? null;
  }

  get score(): Score | null {
    return this.read('score').get(this.clientId) ?? null;
  }

  get around(): Surroundings {
    return this.read('around').get(this.clientId) ?? ALONE;
  }

  private read<P extends Part>(part: P): NonNullable<Parts[P]> {
    const { [part]: known } = this.parts;
    if (!known) throw new Unread(part);
    return known;
  }
}

/** Reads the documents of these ids, which come in order. */
type Read = <D extends object>(collection: string, ids: readonly string[]) => Promise<ReadonlyMap<string, D>>;

const byKey = <D extends object>(stored: readonly StoredDocument<D>[]): ReadonlyMap<string, D> =>
  new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));

/** Reads documents by their ids. */
const one =
  (documents: Pick<DocumentStore, 'getMany'>): Read =>
  async (collection, ids) =>
    byKey(ids.length > 0 ? await documents.getMany(collection, ids) : []);

/** A collection that is read beside another, both in order of id. */
class Beside {
  private page: readonly StoredDocument[] = [];
  private next = 0;
  private ended = false;

  constructor(
    private readonly documents: Pick<DocumentStore, 'scan'>,
    private readonly collection: string,
    private after: string,
  ) {}

  async upTo(last: string): Promise<ReadonlyMap<string, object>> {
    const found = new Map<string, object>();
    for (;;) {
      for (; this.next < this.page.length && this.page[this.next].key <= last; this.next++) {
        const { key, document } = this.page[this.next];
        if (document) found.set(key, document);
      }
      if (this.next < this.page.length || this.ended) return found;
      this.page = await this.documents.scan(this.collection, { after: this.after, limit: PAGE });
      this.next = 0;
      this.ended = this.page.length < PAGE;
      this.after = this.page.at(-1)?.key ?? this.after;
    }
  }
}

const PAGE = 1000;

/** Reads what stands beside profiles that are read in order. */
const beside = (documents: Pick<DocumentStore, 'scan'>): Read => {
  const collections = new Map<string, Beside>();
  return async <D extends object>(collection: string, ids: readonly string[]) => {
    const known = collections.get(collection) ?? new Beside(documents, collection, ids[0].slice(0, -1));
    collections.set(collection, known);
    return (await known.upTo(ids[ids.length - 1])) as ReadonlyMap<string, D>;
  };
};

/** Asks people, a page at a time; what a question asks besides their profiles is read from the first page on that asks it. */
export class Questioning<Answer> {
  private readonly wanted = new Set<Part>();
  private readonly whole: WholeFiles;

  constructor(
    private readonly documents: Pick<DocumentStore, 'getMany'>,
    private readonly ask: Ask<Answer>,
  ) {
    this.whole = new WholeFiles(documents);
  }

  /** An alias is nobody. */
  async answers(found: readonly Profile[], read: Read = one(this.documents)): Promise<readonly Answered<Answer>[]> {
    const own = found.filter(({ mergedInto }) => mergedInto === undefined);
    if (own.length === 0) return [];
    const profiles = await this.whole.profiles(own);
    const parts: Parts = {};
    for (;;) {
      const around = this.wanted.has('around');
      if (around || this.wanted.has('history')) parts.history ??= await this.histories(profiles, read);
      if (around || this.wanted.has('identity')) parts.identity ??= await this.identities(profiles, read);
      if (this.wanted.has('score')) parts.score ??= await this.scores(profiles, read);
      if (around) parts.around ??= await this.surroundings(profiles, parts);
      try {
        return profiles.map((profile) => ({ clientId: profile.clientId, answer: this.ask(new Asked(profile, parts)) }));
      } catch (error) {
        if (!(error instanceof Unread)) throw error;
        this.wanted.add(error.part);
      }
    }
  }

  private async histories(profiles: readonly Profile[], read: Read): Promise<ReadonlyMap<string, ClientHistory>> {
    const own = await read<ClientHistory>(historyProjection.name, profiles.map(idOf));
    const others = await one(this.documents)<ClientHistory>(
      historyProjection.name,
      profiles.flatMap(({ merged = [] }) => merged.map(idOf)),
    );
    return new Map(
      profiles.map(({ clientId, merged = [] }) => {
        const history = own.get(clientId) ?? noHistory(clientId);
        const elsewhere = merged.flatMap((file) => others.get(file.clientId) ?? []);
        return [clientId, wholeHistory(history, elsewhere)];
      }),
    );
  }

  private async identities(profiles: readonly Profile[], read: Read): Promise<ReadonlyMap<string, Identity>> {
    const own = await read<Identity>(identityProjection.name, profiles.map(idOf));
    const whole = await this.whole.identities(profiles.flatMap(({ clientId }) => own.get(clientId) ?? []));
    return new Map(whole.map((identity) => [identity.clientId, identity]));
  }

  private surroundings(profiles: readonly Profile[], { history, identity }: Parts): Promise<ReadonlyMap<string, Surroundings>> {
    const people = profiles.map(({ clientId }) => ({
      clientId,
      history: history!.get(clientId)!,
      identity: identity!.get(clientId) ?? null,
    }));
    return surroundingsOf(this.documents, people);
  }

  private async scores(profiles: readonly Profile[], read: Read): Promise<ReadonlyMap<string, Score>> {
    const stored = await read<ScoreDocument>(scoresProjection.name, profiles.map(idOf));
    return new Map([...stored].flatMap(([clientId, score]) => (isScore(score) ? [[clientId, score] as const] : [])));
  }
}

const idOf = ({ clientId }: { readonly clientId: string }): string => clientId;

/** A page of profiles as they are stored, tombstones among them, and what their owners answer. */
export interface AnsweredPage<Answer> {
  readonly profiles: readonly StoredDocument<Profile>[];
  readonly answers: readonly Answered<Answer>[];
}

/** Asks everybody, each as he is stored when he is asked. */
export async function* everyAnswer<Answer>(documents: DocumentStore, ask: Ask<Answer>): AsyncGenerator<AnsweredPage<Answer>> {
  const questioning = new Questioning(documents, ask);
  const read = beside(documents);
  for await (const profiles of everyDocument<Profile>(documents, profileProjection.name))
    yield { profiles, answers: await questioning.answers([...byKey(profiles).values()], read) };
}

/** Asks those who stand for all the others. */
export async function* sampledAnswers<Answer>(documents: DocumentStore, ask: Ask<Answer>): AsyncGenerator<readonly Answered<Answer>[]> {
  const questioning = new Questioning(documents, ask);
  const read = one(documents);
  for await (const page of everyDocument<SampledClient>(documents, clientSampleProjection.name)) {
    const profiles = await read<Profile>(
      profileProjection.name,
      page.map(({ key }) => key),
    );
    yield await questioning.answers([...profiles.values()]);
  }
}
