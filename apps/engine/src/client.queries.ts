import { Clock, DocumentStore, EventStore, fold, RecordedEvent } from '@boucle/eventsourcing';
import {
  Classified,
  classOf,
  clientDecider,
  ClientEvent,
  ClientFile,
  clientFileOf,
  clientStream,
  ConsentReading,
  convert,
  DayRates,
  dayRatesProjection,
  Erasure,
  erasuresProjection,
  forgettingPolicy,
  Identity,
  identityAfter,
  identityProjection,
  keptAmounts,
  lifeCyclePolicy,
  Mergeable,
  MergePreview,
  mergePreview,
  Profile,
  profileProjection,
  purchaseHistoryOf,
  ratesNeeded,
  readConsents,
  readRetention,
  RetentionReading,
  Screening,
  Subjects,
  Suppression,
  wholeClientFile,
  WholeFiles,
  wholeIdentity,
} from '@boucle/clients';
import { PersonFile, readPersonFile } from './person-file.js';
import { byKey, found } from './reading.js';

export class GetProfile {
  constructor(readonly clientId: string) {}
}
export class GetLifeCycle {
  constructor(readonly clientId: string) {}
}
export class GetIdentity {
  constructor(readonly clientId: string) {}
}
export class GetErasure {
  constructor(readonly clientId: string) {}
}
export class GetRetention {
  constructor(readonly clientId: string) {}
}
export class GetConsents {
  constructor(
    readonly clientId: string,
    readonly purpose: string,
    readonly at: string,
  ) {}
}
export class GetMergePreview {
  constructor(
    readonly clientId: string,
    readonly mergedId: string,
  ) {}
}
export class GetClientFile {
  constructor(
    readonly clientId: string,
    readonly currency: string | undefined,
  ) {}
}
export class GetPersonFile {
  constructor(readonly clientId: string) {}
}
export class GetTimeline {
  constructor(
    readonly clientId: string,
    /** The number of the first event; left out: from the first on. */
    readonly from?: number,
    /** At most so many; left out: all. */
    readonly limit?: number,
  ) {}
}

/** Where a client stands now, and by which version of the thresholds. */
export interface LifeCycleReading extends Classified {
  readonly policyVersion: number;
}

/** What happened to a client, in order. */
export type History = readonly RecordedEvent<ClientEvent>[];

/** A person's history by the ids under which it came. */
interface Histories {
  readonly clientId: string;
  readonly history: History;
  readonly others: ReadonlyMap<string, History>;
}

/** Says that the client who was asked for is an alias of the one who answers. */
const askedAs = <Document extends Pick<Mergeable, 'mergedInto'> & { readonly clientId: string }>(
  clientId: string,
  document: Document,
): Document => (document.clientId === clientId ? document : { ...document, mergedInto: document.clientId });

/** Answers questions about one client: he answers for the files that were merged into his. */
export class ClientQueries {
  private readonly whole: WholeFiles;

  /** @param published whether other services hear what happens */
  constructor(
    private readonly documents: DocumentStore,
    private readonly events: EventStore,
    private readonly clock: Clock,
    private readonly screening: Screening,
    private readonly published: boolean,
  ) {
    this.whole = new WholeFiles(documents);
  }

  async profile({ clientId }: GetProfile): Promise<Profile> {
    const [whole] = await this.whole.profiles([await this.survivor<Profile>(profileProjection.name, clientId)]);
    return askedAs(clientId, whole);
  }

  async lifeCycle({ clientId }: GetLifeCycle): Promise<LifeCycleReading> {
    const people = await new Subjects(this.documents).behind([clientId]);
    const subject = found(people.get(clientId), 'unknown-client', `There is no client ${clientId}`, 'clientId');
    const policy = await lifeCyclePolicy(this.events);
    return { ...classOf(subject, policy, this.clock.now()), policyVersion: policy.version };
  }

  async identity({ clientId }: GetIdentity): Promise<Identity> {
    const [whole] = await this.whole.identities([await this.survivor<Identity>(identityProjection.name, clientId)]);
    return askedAs(clientId, whole);
  }

  /** The document of a client, or of him whose alias he is. */
  private async survivor<Document extends Mergeable>(collection: string, clientId: string): Promise<Document> {
    const get = async (id: string): Promise<Document> =>
      found(await this.documents.get<Document>(collection, id), 'unknown-client', `There is no client ${clientId}`, 'clientId');
    const own = await get(clientId);
    return own.mergedInto === undefined ? own : get(own.mergedInto);
  }

  async erasure({ clientId }: GetErasure): Promise<Erasure> {
    const erasure = await this.documents.get<Erasure>(erasuresProjection.name, clientId);
    return found(erasure, 'unknown-erasure', `Client ${clientId} was not erased`, 'clientId');
  }

  async timeline({ clientId, from, limit }: GetTimeline): Promise<RecordedEvent[]> {
    const stream = clientStream(clientId);
    const events = await this.events.read(stream, from, limit);
    const [first] = events.length > 0 ? events : await this.events.read(stream, 0, 1);
    found(first, 'unknown-client', `There is no client ${clientId}`, 'clientId');
    return events;
  }

  /** The history of a client, or of him whose alias he is, and those of the files merged into his. */
  private async histories(clientId: string): Promise<Histories> {
    const history = (await this.timeline({ clientId })) as RecordedEvent<ClientEvent>[];
    const { into, files } = fold(clientDecider, clientDecider.initial, history).merging;
    if (into !== null) return this.histories(into);
    const others = await Promise.all(
      Object.keys(files).map(async (id) => [id, (await this.timeline({ clientId: id })) as History] as const),
    );
    return { clientId, history, others: new Map(others) };
  }

  async file({ clientId: askedId, currency }: GetClientFile): Promise<ClientFile> {
    const { clientId, history, others } = await this.histories(askedId);
    const own = found(clientFileOf(clientId, history), 'unknown-client', `There is no client ${askedId}`, 'clientId');
    const files = [...others].flatMap(([id, events]) => clientFileOf(id, events) ?? []);
    const whole = wholeClientFile(own, files);
    const file = { ...whole, personal: askedAs(askedId, whole.personal) };
    if (currency === undefined) return file;
    const amounts = [history, ...others.values()].flatMap((events) => keptAmounts(purchaseHistoryOf(events)));
    const rates = await byKey<DayRates>(this.documents, dayRatesProjection.name, ratesNeeded(amounts, currency));
    return { ...file, converted: convert(amounts, currency, rates) };
  }

  async mergePreview({ clientId, mergedId }: GetMergePreview): Promise<MergePreview> {
    const [history, other] = [(await this.timeline({ clientId })) as History, (await this.timeline({ clientId: mergedId })) as History];
    return mergePreview({ id: clientId, history }, { id: mergedId, history: other });
  }

  async personFile({ clientId }: GetPersonFile): Promise<PersonFile> {
    const { events, documents, screening, published } = this;
    const file = await readPersonFile({ events, documents, screening, published }, clientId);
    return found(file, 'unknown-client', `There is no client ${clientId}`, 'clientId');
  }

  async consents({ clientId: askedId, purpose, at }: GetConsents): Promise<ConsentReading> {
    const { clientId, history, others } = await this.histories(askedId);
    const past = (events: History): History => events.filter(({ metadata }) => metadata.occurredAt <= at);
    const files = new Map([...others].map(([id, events]) => [id, past(events)]));
    const suppressions = await this.suppressionsOf(past(history), files);
    return askedAs(askedId, readConsents(clientId, history, suppressions, purpose, at, others));
  }

  /** What lists say of a client as he was after these events, with the files that were merged into his. */
  async suppressionsOf(history: History, others: ReadonlyMap<string, History>): Promise<readonly Suppression[]> {
    const identity = identityAfter(history);
    if (!identity) return [];
    const files = (identity.merged ?? []).flatMap((one) => {
      const document = identityAfter(others.get(one.clientId) ?? []);
      return document ? [{ ...one, document }] : [];
    });
    return this.screening.person(wholeIdentity(identity, files));
  }

  async retention({ clientId: askedId }: GetRetention): Promise<RetentionReading> {
    const { clientId, history, others } = await this.histories(askedId);
    const reading = readRetention(clientId, history, await forgettingPolicy(this.events), this.clock.now(), others.values());
    return askedAs(askedId, found(reading, 'unknown-client', `There is no client ${askedId}`, 'clientId'));
  }
}
