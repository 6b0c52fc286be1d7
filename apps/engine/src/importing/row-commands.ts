import { Assumed, Cause, EventStore, FollowedStream, Lookup, Message, NO_STREAM, uuidv5 } from '@boucle/eventsourcing';
import { Client, clientDecider, clientStream, PLAIN_CLIENT, Said, saidIn, waitingLookup } from '@boucle/clients';
import {
  completion,
  consentCells,
  countsFor,
  Group,
  ImportedRecord,
  MappingFields,
  mayOverrule,
  registration,
  SOURCE_RANKS_STREAM,
  SourceRanks,
  sourceRanksDecider,
  Weights,
} from '@boucle/importing';
import { Going, Sent } from './going.js';
import { ImportClients } from './import-clients.js';
import { inColumn, RowFlaws } from './row-flaws.js';

/** How the log calls what rows record. */
const RECORDED_AS: Readonly<Record<string, string>> = { RecordPurchase: 'purchase', RecordContact: 'contact', RecordResponse: 'response' };

const ofRecords = ['salesChannel', 'outcome', 'subject', 'coupon'];
const OF_RECORDS = (field: string): boolean => ofRecords.includes(field);
const OF_PERSON = (field: string): boolean => !OF_RECORDS(field);

/** The stream of somebody who is new. */
const UNREGISTERED: Assumed = { state: clientDecider.initial, revision: NO_STREAM };

/** Turns rows into the commands that they lead to, each with its cause. */
export class RowCommands {
  private readonly sourceRanks: FollowedStream<SourceRanks>;
  private ranks: SourceRanks = [];
  private readonly said = new Map<string, Said>();

  constructor(
    private readonly importId: string,
    private readonly mapping: MappingFields,
    /** ISO instant. */
    private readonly startedAt: string,
    private readonly clients: ImportClients,
    private readonly flaws: RowFlaws,
    private readonly events: EventStore,
    private readonly lookup: Lookup,
  ) {
    this.sourceRanks = new FollowedStream(events, sourceRanksDecider, SOURCE_RANKS_STREAM);
  }

  /** Learns what counts more than a row of these: only the events of a client tell. */
  async askWhoSaidWhat(going: readonly Going[]): Promise<void> {
    this.said.clear();
    this.ranks = await this.sourceRanks.now();
    const precedences = Object.values(this.mapping.existing ?? {});
    if (!precedences.includes('newer') && !(this.ranks.length > 0 && precedences.includes('overwrite'))) return;
    const asked = new Set(
      going.flatMap(({ holder, problem }) => (holder && !problem && typeof holder.file === 'object' ? [holder.clientId] : [])),
    );
    await Promise.all([...asked].map(async (id) => this.said.set(id, saidIn(await this.events.read(clientStream(id))))));
  }

  /** The commands of a group, the registration of its client first if he is met for the first time. */
  of(one: Going, met: ReadonlySet<string>): Sent[] {
    const { group, records, holder } = one;
    const [{ facts, raw }] = group;
    const caused = this.cause(raw.row, this.startedAt);
    const assumed = this.assumed(one);
    const ofRecords = records.map((record): Sent => ({
      one,
      record,
      request: {
        message: { type: record.type, data: holder ? { clientId: holder.clientId, ...record.data } : record.data },
        cause: { ...caused, now: record.at },
        assumed,
      },
    }));
    if (!holder) return ofRecords;
    const { clientId, lookup, file } = holder;
    const sentAt = (messages: readonly Message[], cause: Cause): Sent[] =>
      messages.map((message) => ({ one, record: null, request: { message, cause: keyed(message, cause), assumed } }));
    const joined = { ...caused, now: joinedOn(group) ?? this.startedAt };
    const ofRecord = this.waitingCommands(one, clientId, OF_RECORDS, records[0]);
    if (file === 'new' && !met.has(clientId)) {
      const [register, ...points] = registration(facts, clientId, this.lookup);
      const assign = { ...this.clients.assign(clientId, lookup, facts.client as string, joined), assumed };
      const ofPerson = this.waitingCommands(one, clientId, OF_PERSON, null);
      const consents = this.consentsOf(one, clientId, clientDecider.initial, caused, assumed);
      return [
        ...sentAt([register], joined),
        { one, record: null, request: assign },
        ...sentAt([...points, ...ofPerson], joined),
        ...consents,
        ...ofRecords,
        ...sentAt(ofRecord, joined),
      ];
    }
    if (typeof file === 'string' || this.mapping.kind !== 'clients') return [...ofRecords, ...sentAt(ofRecord, joined)];
    const told = { ...caused, now: (facts.changedOn as string | undefined) ?? this.startedAt };
    const weights = this.weightsFor(clientId);
    const ofPerson = this.waitingCommands(one, clientId, (field) => OF_PERSON(field) && countsFor(group[0], field, file, weights), null);
    const changes = [...completion(group[0], file, clientId, this.lookup, weights), ...ofPerson];
    return [...sentAt(changes, told), ...this.consentsOf(one, clientId, file, caused, assumed)];
  }

  /** What the registration of the client of a group comes from. */
  registering(group: Group): Cause {
    return this.cause(group[0].raw.row, joinedOn(group) ?? this.startedAt);
  }

  cause(row: number, now: string): Cause {
    const { source, tense } = this.mapping;
    const id = uuidv5(this.importId, 'row', row);
    return { id, correlationId: this.importId, now, actor: `import:${source}`, ...(tense !== 'news' && { history: true }) };
  }

  /** What the stream of a client is taken to be, if what a group records can be decided without it. */
  private assumed({ holder, records, waiting }: Going): Assumed | undefined {
    if (!holder) return undefined;
    if (holder.file === 'new') return UNREGISTERED;
    if (this.mapping.kind !== 'purchases' || this.mapping.tense === 'news' || waiting.length > 0) return undefined;
    const revision = this.clients.known.revisionWithout(
      holder.lookup,
      records.map(({ type, id }) => `${type === 'ReturnPurchase' ? 'return' : 'purchase'}/${id}`),
    );
    return revision === null ? undefined : { state: PLAIN_CLIENT, revision };
  }

  /** What keeps those values of a group that wait. */
  private waitingCommands(
    { waiting }: Going,
    clientId: string,
    isMeant: (field: string) => boolean,
    record: ImportedRecord | null,
  ): Message[] {
    const { source } = this.mapping;
    const recordId = record && `${RECORDED_AS[record.type]}/${record.id}`;
    return waiting
      .filter(({ field }) => isMeant(field))
      .map(({ field, catalogue, text }) => {
        const valueId = waitingLookup(this.lookup, source, field, text);
        return { type: 'LeaveValueWaiting', data: { clientId, valueId, field, recordId, source, catalogue, text } };
      });
  }

  /** What the cells say of how the client may be addressed; those that are refused leave the rest of the row as it is. */
  private consentsOf(one: Going, clientId: string, known: Client, caused: Cause, assumed: Assumed | undefined): Sent[] {
    if (this.mapping.kind !== 'clients') return [];
    const [{ facts }] = one.group;
    const sent: Sent[] = [];
    for (const cell of consentCells(facts, known, clientId, this.mapping.source, this.lookup)) {
      const misfit =
        'message' in cell
          ? this.flaws.misshapen(one.group, cell.message)
          : { ...this.flaws.problem(one.group, cell.field, cell.code, cell.reason), remedy: cell.remedy };
      if (misfit) one.refused.push(inColumn(this.mapping, cell.field, misfit));
      if (misfit || !('message' in cell)) continue;
      const { message, at } = cell;
      const now = at ?? (facts.registeredOn as string | undefined) ?? this.startedAt;
      sent.push({ one, record: null, consent: cell.field, request: { message, cause: keyed(message, { ...caused, now }), assumed } });
    }
    return sent;
  }

  private weightsFor(clientId: string): Weights {
    return {
      existing: this.mapping.existing,
      said: this.said.get(clientId) ?? {},
      mayOverrule: (actor) => mayOverrule(this.ranks, this.mapping.source, actor),
    };
  }
}

/** When its client was entered elsewhere, as a row says; undefined: it does not. */
const joinedOn = ([{ facts }]: Group): string | undefined => (facts.changedOn ?? facts.registeredOn) as string | undefined;

/** Tells commands of one type apart that one row leads to. */
const keyed = ({ data }: Message, cause: Cause): Cause => {
  const { valueId, pointId, consentId, oppositionId } = data as Readonly<Record<string, string | undefined>>;
  const key = consentId ?? oppositionId ?? valueId ?? pointId;
  return key === undefined ? cause : { ...cause, key };
};
