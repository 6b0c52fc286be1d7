import { Type } from '@nestjs/common';
import {
  Assumed,
  Cause,
  DomainError,
  Door,
  EventStore,
  firstEventId,
  FollowedStream,
  Lookup,
  Message,
  mustExecute,
  NO_STREAM,
  Outcome,
  RecordedEvent,
  Request,
  uuidv5,
} from '@boucle/eventsourcing';
import {
  AddAddress,
  AddEmail,
  AddPhone,
  AnonymousSale,
  Catalogues,
  ChangeAttributes,
  ChangeClientDetails,
  Client,
  clientDecider,
  ClientEvent,
  clientStream,
  DeclareOpposition,
  GiveConsent,
  PLAIN_CLIENT,
  readClient,
  RecordContact,
  RecordPurchase,
  RecordResponse,
  RegisterClient,
  RemoveContactPoint,
  ReturnPurchase,
  standing,
  Said,
  saidIn,
  VALUE_MEANINGS_STREAM,
  valueMeaningDecider,
  ValueMeanings,
  waitingLookup,
} from '@boucle/clients';
import {
  CodedRow,
  coding,
  completion,
  consentCells,
  countsFor,
  Group,
  Grouping,
  ImportKind,
  ImportedRecord,
  ImportState,
  mayOverrule,
  misfitPoint,
  MappingFields,
  NOTHING,
  Numbering,
  Occurrences,
  ReadRow,
  recordsOf,
  registration,
  RowFacts,
  rowReader,
  RowProblem,
  SOURCE_RANKS_STREAM,
  SourceRanks,
  sourceRanksDecider,
  Sums,
  Tally,
  together,
  Uncoded,
  Weights,
} from '@boucle/importing';
import { fits } from '../http/fitting.js';
import { FieldProblem } from '../http/problem.filter.js';
import { shaped } from '../http/shape.js';
import { Holder, ImportClients } from './import-clients.js';
import { Rejects } from './rejected-rows.js';
import { Rows } from './rows.js';

const ROWS_AT_ONCE = 500;

/** What an import of rows needs. */
export interface ImportNeeds {
  readonly door: Door;
  readonly events: EventStore;
  readonly lookup: Lookup;
  readonly rejected: Rejects;
  /** When the engine learns of it, ISO instant. */
  readonly now: string;
  readonly progress: (row: number, tally: Tally) => void;
  /** The catalogues as they are now. */
  readonly catalogues: () => Promise<Catalogues>;
  /** Hears of everybody who is new. */
  readonly newcomer?: (facts: RowFacts) => Promise<void>;
}

/** Something that stands otherwise in the log than in the file. */
export interface Difference {
  readonly row: number;
  readonly field: string;
  readonly reason: string;
}

/** What became of a file. */
export interface Imported {
  readonly tally: Tally;
  /** How many different clients it names. */
  readonly clients: number;
  /** The first thousand of them. */
  readonly differences: readonly Difference[];
}

/** A group of rows on its way. */
interface Going {
  readonly group: Group;
  readonly part: number;
  readonly records: readonly ImportedRecord[];
  /** What it says and no catalogue knows. */
  readonly waiting: readonly Uncoded[];
  /** Cells that are refused while the row is taken. */
  readonly refused: RowProblem[];
  readonly holder: Holder | null;
  problem: RowProblem | null;
  written: boolean;
  created: boolean;
  /** What became known of somebody who was there before. */
  readonly changed: string[];
  /** What of its records the log holds, in cents. */
  readonly kept: Map<ImportedRecord, number>;
}

/** A command that a group leads to. */
interface Sent {
  readonly one: Going;
  readonly record: ImportedRecord | null;
  /** The field of a consent or opposition: if it is refused, the rest of the row is taken. */
  readonly consent?: string;
  readonly request: Request;
}

/** What rows lead to, by the shape that an edge checks. */
const SHAPES: Readonly<Record<string, Type<object>>> = {
  RegisterClient,
  ChangeClientDetails,
  ChangeAttributes,
  RemoveContactPoint,
  AddAddress,
  AddEmail,
  AddPhone,
  GiveConsent,
  DeclareOpposition,
  RecordPurchase,
  ReturnPurchase,
  RecordContact,
  RecordResponse,
};

/** How the log calls what rows record. */
const RECORDED_AS: Readonly<Record<string, string>> = { RecordPurchase: 'purchase', RecordContact: 'contact', RecordResponse: 'response' };

/** The stream of somebody who is new. */
const UNREGISTERED: Assumed = { state: clientDecider.initial, revision: NO_STREAM };

const ofRecords = ['salesChannel', 'outcome', 'subject', 'coupon'];
const OF_RECORDS = (field: string): boolean => ofRecords.includes(field);
const OF_PERSON = (field: string): boolean => !OF_RECORDS(field);

const MOST_DIFFERENCES = 1000;

/** Takes the rows of one file, some thousands at a time; where it broke off, it goes on. */
export class ImportRun {
  private readonly numbering: Numbering;
  private readonly clients: ImportClients;
  private readonly named = new Occurrences();
  private readonly said = new Map<string, Said>();
  private readonly meanings: FollowedStream<ValueMeanings>;
  private readonly sourceRanks: FollowedStream<SourceRanks>;
  private ranks: SourceRanks = [];
  private readonly differences: Difference[] = [];
  private tally: Tally;

  constructor(
    private readonly importId: string,
    private readonly mapping: MappingFields,
    private readonly begun: ImportState,
    /** It broke off in the rows that come first, so that some of them may have been written. */
    private interrupted: boolean,
    private readonly needs: ImportNeeds,
  ) {
    this.numbering = new Numbering(mapping, needs.lookup);
    this.clients = new ImportClients(needs.door, needs.lookup, mapping.source);
    this.sourceRanks = new FollowedStream(needs.events, sourceRanksDecider, SOURCE_RANKS_STREAM);
    this.meanings = new FollowedStream(needs.events, valueMeaningDecider, VALUE_MEANINGS_STREAM);
    this.tally = begun.tally;
  }

  async take({ header, rows }: Rows): Promise<Imported> {
    const read = rowReader(this.mapping, header);
    const grouping = new Grouping();
    const present = new Set<string>();
    let waiting: Group[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      await this.takeGroups(waiting);
      [waiting, size] = [[], 0];
      present.clear();
    };
    const add = async (group: Group): Promise<void> => {
      const name = this.mapping.kind === 'clients' ? nameIn(group[0].facts) : null;
      // what a row changes, the next of the same client must know
      if (name !== null && present.has(name)) await flush();
      if (name !== null) present.add(name);
      waiting.push(group);
      size += group.length;
      if (size >= ROWS_AT_ONCE) await flush();
    };
    for await (const raw of rows) {
      const group = grouping.add(read(raw));
      if (group) await add(group);
    }
    const last = grouping.end();
    if (last) await add(last);
    await flush();
    return { tally: this.tally, clients: this.named.size, differences: this.differences };
  }

  /** Takes groups that were not done with before; those that were are only counted. */
  private async takeGroups(groups: readonly Group[]): Promise<void> {
    const todo = groups.map((group) => this.numbered(group)).filter(({ group }) => lastRow(group) > this.begun.row);
    if (todo.length === 0) return;
    const { rejected, door } = this.needs;
    const going = await this.prepared(todo);
    await this.write(going);
    for (const { group, part, problem, refused } of going) {
      if (problem) this.reject(group, part, problem);
      else for (const one of refused) this.refuse(group, part, one);
    }
    rejected.sync();
    for (const { created, group } of going) if (created) await this.needs.newcomer?.(group[0].facts);
    const tally = tallyOf(going, this.mapping.kind);
    const row = lastRow(todo.at(-1)!.group);
    const data = { importId: this.importId, row, tally, rejectedBytes: rejected.bytes };
    await mustExecute(door, [
      { message: { type: 'ProgressImport', data }, cause: { ...this.cause(row, this.needs.now), history: undefined } },
    ]);
    this.interrupted = false;
    this.tally = together(this.tally, tally);
    this.needs.progress(row, this.tally);
  }

  /** What tells a group and its client apart. */
  private numbered(group: Group) {
    const [{ facts, raw }] = group;
    const number = (facts.client as string | undefined) ?? null;
    const lookup = number === null ? null : this.clients.lookupOf(number);
    if (lookup !== null) this.named.next(lookup);
    const faulty = group.find(({ problem }) => problem)?.problem ?? null;
    const numbering = faulty ? { id: '', part: raw.part ?? 0 } : this.numbering.idOf(group);
    return { group, number, lookup, faulty, ...numbering };
  }

  /** What each group records, and of whom. */
  private async prepared(todo: readonly ReturnType<ImportRun['numbered']>[]): Promise<Going[]> {
    const understood = await this.understanding();
    const read = todo.map(({ group: [first, ...others], id, lookup, faulty }) => {
      // what is different between rows is told by their own words, whatever they mean by now
      const { row, waiting } = faulty ? { row: first, waiting: [] } : understood(first);
      const group: Group = [row, ...others];
      const anonymous = lookup === null && row.facts.clientId === undefined;
      const found = faulty ?? row.problem ?? recordsOf(group, this.mapping, id, anonymous);
      return 'code' in found
        ? { group, problem: found, records: [], waiting: [] }
        : { group, problem: this.untimely(group, found) ?? this.unreachable(group) ?? this.nameless(group), records: found, waiting };
    });
    const numbers = new Map<string, string>();
    todo.forEach(({ lookup, number }, i) => {
      if (lookup !== null && !read[i].problem) numbers.set(lookup, number!);
    });
    const cause = this.cause(todo[0].group[0].raw.row, this.begun.startedAt!);
    const holders = await this.clients.holders(numbers, cause, this.mapping.kind === 'clients');
    const named = await Promise.all(
      todo.map(async ({ lookup }, i) => (lookup === null && !read[i].problem ? this.holderById(read[i].group) : null)),
    );
    return todo.map(({ part, lookup }, i) => {
      const holder = (lookup === null ? named[i] : holders.get(lookup)) ?? null;
      const stranger = holder && typeof holder.file === 'object' && holder.file.attributes === null;
      const problem = stranger
        ? this.problem(read[i].group, 'clientId', 'unknown-client', 'there is no client of this id')
        : read[i].problem;
      return {
        part,
        ...read[i],
        problem,
        refused: [...read[i].group[0].unread],
        holder: stranger ? null : holder,
        written: false,
        created: false,
        changed: [],
        kept: new Map(),
      };
    });
  }

  /** Whom a row names by his id in Boucle; his file is asked for only where it is needed. */
  private async holderById([{ facts }]: Group): Promise<Holder | null> {
    const clientId = facts.clientId as string | undefined;
    if (clientId === undefined) return null;
    const file = this.mapping.kind === 'clients' ? await readClient(this.needs.events, clientId) : 'registered';
    return { clientId, lookup: '', file };
  }

  /** Reads codes by what catalogues and people say by now. */
  private async understanding(): Promise<(row: ReadRow) => CodedRow> {
    const [catalogues, meanings] = [await this.needs.catalogues(), await this.meanings.now()];
    const { source } = this.mapping;
    const meaningOf = (field: string, text: string): string | null | undefined => {
      const valueId = waitingLookup(this.needs.lookup, source, field, text);
      return Object.hasOwn(meanings, valueId) ? meanings[valueId] : undefined;
    };
    return coding(this.mapping, catalogues, meaningOf);
  }

  private untimely(group: Group, records: readonly ImportedRecord[]): RowProblem | null {
    const { now } = this.needs;
    const [{ facts }] = group;
    const late = ['registeredOn', 'changedOn', 'consentDate', 'oppositionDate'].find(
      (name) => typeof facts[name] === 'string' && facts[name] > now,
    );
    if (!late && records.every(({ at }) => at <= now)) return null;
    return this.problem(group, late ?? 'date', 'in-the-future', `it lies in the future (now is ${now})`);
  }

  private nameless(group: Group): RowProblem | null {
    if (this.mapping.kind === 'purchases' || nameIn(group[0].facts) !== null) return null;
    return { ...this.problem(group, 'client', 'no-client', 'the row does not say whom it is about'), remedy: 'fill his number' };
  }

  private unreachable(group: Group): RowProblem | null {
    const misfit = misfitPoint(group[0].facts);
    return misfit && { ...misfit, row: group[0].raw.row, column: this.mapping.columns[misfit.field] ?? null };
  }

  /** Sends all that the groups lead to at once, and marks what became of each. */
  private async write(going: readonly Going[]): Promise<void> {
    const sent: Sent[] = [];
    const met = new Set<string>();
    await this.askWhoSaidWhat(going);
    for (const one of going) {
      if (one.problem) continue;
      const leadsTo = this.commandsOf(one, met);
      one.problem = leadsTo.reduce<RowProblem | null>((found, { request }) => found ?? this.misshapen(one.group, request.message), null);
      if (one.problem) continue;
      if (one.holder && this.interrupted && !met.has(one.holder.clientId)) await this.recognise(one, one.holder);
      if (one.holder) met.add(one.holder.clientId);
      sent.push(...leadsTo);
    }
    const outcomes = await this.needs.door.executeMany(sent.map(({ one, request }) => ({ ...request, assumed: this.assumed(one) })));
    for (const [i, outcome] of outcomes.entries()) {
      const { holder } = sent[i].one;
      if (holder && holder.lookup !== '') this.clients.remember(holder, outcome);
      await this.told(sent[i], outcome);
    }
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

  /** The commands of a group, the registration of its client first if he is met for the first time. */
  private commandsOf(one: Going, met: ReadonlySet<string>): Sent[] {
    const { group, records, holder } = one;
    const [{ facts, raw }] = group;
    const ofRecords = records.map((record) => ({
      one,
      record,
      request: {
        message: { type: record.type, data: holder ? { clientId: holder.clientId, ...record.data } : record.data },
        cause: this.cause(raw.row, record.at),
      },
    }));
    if (!holder) return ofRecords;
    const { clientId, lookup, file } = holder;
    const ofRecord = this.waitingCommands(one, clientId, OF_RECORDS, records[0]);
    const ofClient = (messages: readonly Message[]): Sent[] =>
      messages.map((message) => ({ one, record: null, request: { message, cause: keyed(message, this.joined(group)) } }));
    if (file === 'new' && !met.has(clientId)) {
      const [register, ...points] = registration(facts, clientId, this.needs.lookup);
      const assign = { one, record: null, request: this.clients.assign(clientId, lookup, facts.client as string, this.joined(group)) };
      const ofPerson = this.waitingCommands(one, clientId, OF_PERSON, null);
      const consents = this.consentsOf(one, clientId, clientDecider.initial);
      return [...ofClient([register]), assign, ...ofClient([...points, ...ofPerson]), ...consents, ...ofRecords, ...ofClient(ofRecord)];
    }
    if (typeof file === 'string' || this.mapping.kind !== 'clients') return [...ofRecords, ...ofClient(ofRecord)];
    const told = this.cause(raw.row, (facts.changedOn as string | undefined) ?? this.begun.startedAt!);
    const weights = this.weightsFor(clientId);
    const ofPerson = this.waitingCommands(one, clientId, (field) => OF_PERSON(field) && countsFor(group[0], field, file, weights), null);
    const changes = [...completion(group[0], file, clientId, this.needs.lookup, weights), ...ofPerson];
    const consents = this.consentsOf(one, clientId, file);
    return [...changes.map((message) => ({ one, record: null, request: { message, cause: keyed(message, told) } })), ...consents];
  }

  /** What counts more than a row, only the events of a client tell. */
  private async askWhoSaidWhat(going: readonly Going[]): Promise<void> {
    this.said.clear();
    this.ranks = await this.sourceRanks.now();
    const precedences = Object.values(this.mapping.existing ?? {});
    if (!precedences.includes('newer') && !(this.ranks.length > 0 && precedences.includes('overwrite'))) return;
    const asked = new Set(
      going.flatMap(({ holder, problem }) => (holder && !problem && typeof holder.file === 'object' ? [holder.clientId] : [])),
    );
    const { events } = this.needs;
    await Promise.all([...asked].map(async (id) => this.said.set(id, saidIn(await events.read(clientStream(id))))));
  }

  /** What keeps those values of a group that wait. */
  private waitingCommands(
    { waiting }: Going,
    clientId: string,
    isMeant: (field: string) => boolean,
    record: ImportedRecord | null,
  ): Message[] {
    const { lookup } = this.needs;
    const { source } = this.mapping;
    const recordId = record && `${RECORDED_AS[record.type]}/${record.id}`;
    return waiting
      .filter(({ field }) => isMeant(field))
      .map(({ field, catalogue, text }) => {
        const valueId = waitingLookup(lookup, source, field, text);
        return { type: 'LeaveValueWaiting', data: { clientId, valueId, field, recordId, source, catalogue, text } };
      });
  }

  /** What the cells say of how the client may be addressed; those that are refused leave the rest of the row as it is. */
  private consentsOf(one: Going, clientId: string, known: Client): Sent[] {
    if (this.mapping.kind !== 'clients') return [];
    const [{ facts, raw }] = one.group;
    const sent: Sent[] = [];
    for (const cell of consentCells(facts, known, clientId, this.mapping.source, this.needs.lookup)) {
      const misfit =
        'message' in cell
          ? this.misshapen(one.group, cell.message)
          : { ...this.problem(one.group, cell.field, cell.code, cell.reason), remedy: cell.remedy };
      if (misfit) one.refused.push(inColumn(this.mapping, cell.field, misfit));
      if (misfit || !('message' in cell)) continue;
      const cause = keyed(
        cell.message,
        this.cause(raw.row, cell.at ?? (facts.registeredOn as string | undefined) ?? this.begun.startedAt!),
      );
      sent.push({ one, record: null, consent: cell.field, request: { message: cell.message, cause } });
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

  private misshapen(group: Group, { type, data }: Message): RowProblem | null {
    if (!(type in SHAPES) || fits(SHAPES[type], data)) return null;
    const checked = shaped<object>(SHAPES[type], data, 'line');
    if (!Array.isArray(checked)) return null;
    const [{ field, reason }] = checked as FieldProblem[];
    return this.problem(group, field, 'wrong-shape', reason);
  }

  /** Marks what became of a command. */
  private async told({ one, record, consent, request }: Sent, outcome: Outcome | Error): Promise<void> {
    if (outcome instanceof Error) {
      if (!(outcome instanceof DomainError)) throw outcome;
      if (consent) {
        one.refused.push(inColumn(this.mapping, consent, this.problem(one.group, consent, outcome.code, outcome.message)));
        return;
      }
      one.problem ??= this.problem(one.group, outcome.field ?? 'row', outcome.code, outcome.message);
      return;
    }
    const { type } = request.message;
    const fresh = outcome.events.length > 0 || (this.interrupted && (await this.wasOurs(request, outcome.stream)));
    if (fresh) one.written = true;
    if (fresh && type === 'RegisterClient') one.created = true;
    else if (consent && fresh && type !== 'ConfirmConsent') one.changed.push(consent);
    else if (!one.created && !record && !consent)
      one.changed.push(...outcome.events.flatMap((event) => changedBy(event, one.holder?.file)));
    if (!record) return;
    const kept = fresh ? (record.sum?.amount ?? 0) : await this.keptBefore(record, outcome);
    one.kept.set(record, kept);
    if (record.sum && kept !== record.sum.amount)
      this.differ(one.group, 'amount', `the file says ${record.sum.amount} cents, but ${kept} were recorded before`);
  }

  /** Whether this very import had written it before it broke off. */
  private async wasOurs({ message, cause }: Request, stream: string): Promise<boolean> {
    const id = firstEventId(message.type, cause, stream);
    return (await this.needs.events.read(stream)).some(({ metadata }) => metadata.id === id);
  }

  /** Marks a client whom this very import had registered before it broke off. */
  private async recognise(one: Going, { clientId, file }: Holder): Promise<void> {
    if (file === 'new') return;
    const request = { message: { type: 'RegisterClient', data: {} }, cause: this.joined(one.group) };
    one.created = await this.wasOurs(request, clientStream(clientId));
    if (one.created) one.written = true;
  }

  /** What a record that stood there before came to, in cents. */
  private async keptBefore({ type, id, sum }: ImportedRecord, { state, stream }: Outcome): Promise<number> {
    if (!sum) return 0;
    if (type === 'RecordAnonymousSale') return (state as AnonymousSale).sold!.amount;
    if (type === 'RecordPurchase') return (state as Client).purchases.bought.find(({ purchaseId }) => purchaseId === id)!.amount;
    const history = (await this.needs.events.read(stream)) as RecordedEvent<ClientEvent>[];
    const returned = standing(history).find((event) => event.type === 'PurchaseReturned' && event.data.returnId === id);
    return returned?.type === 'PurchaseReturned' ? -returned.data.amount : 0;
  }

  private problem(group: Group, field: string, code: string, reason: string): RowProblem {
    const name = field.split(/[.[\]]+/).findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? field;
    const column = this.mapping.columns[name] ?? null;
    return { row: group[0].raw.row, field: name, column, code, reason, remedy: 'correct the row and import it again' };
  }

  /** All rows of the group, since they are one thing. */
  private reject(group: Group, part: number, problem: RowProblem): void {
    for (const { raw } of group) this.needs.rejected.add(raw, part, problem);
    this.differ(group, problem.field, problem.reason, problem.row);
  }

  /** The row was taken without that cell: corrected, it can be imported again. */
  private refuse(group: Group, part: number, problem: RowProblem): void {
    this.needs.rejected.add(group[0].raw, part, problem);
    this.differ(group, problem.field, problem.reason);
  }

  private differ([{ raw }]: Group, field: string, reason: string, row = raw.row): void {
    if (this.differences.length < MOST_DIFFERENCES) this.differences.push({ row, field, reason });
  }

  private joined([{ facts, raw }]: Group): Cause {
    return this.cause(raw.row, ((facts.changedOn ?? facts.registeredOn) as string | undefined) ?? this.begun.startedAt!);
  }

  private cause(row: number, now: string): Cause {
    const { source, tense } = this.mapping;
    const id = uuidv5(this.importId, 'row', row);
    return { id, correlationId: this.importId, now, actor: `import:${source}`, ...(tense !== 'news' && { history: true }) };
  }
}

/** How a row names its client, however it is spaced and cased. */
const nameIn = ({ client, clientId }: RowFacts): string | null => {
  const name = (client ?? clientId) as string | undefined;
  return name === undefined ? null : name.replace(/\s/g, '').toUpperCase();
};

/** Tells commands of one type apart that one row leads to. */
const keyed = ({ data }: Message, cause: Cause): Cause => {
  const { valueId, pointId, consentId, oppositionId } = data as Readonly<Record<string, string | undefined>>;
  const key = consentId ?? oppositionId ?? valueId ?? pointId;
  return key === undefined ? cause : { ...cause, key };
};

const inColumn = ({ columns }: MappingFields, field: string, problem: RowProblem): RowProblem => ({
  ...problem,
  field,
  column: columns[field] ?? null,
});

/** The fields that an event about somebody who is known changes. */
const changedBy = ({ type, data }: Message, file?: Holder['file']): readonly string[] => {
  if (type === 'ClientDetailsChanged') return (data as { changed: readonly string[] }).changed;
  if (type === 'AttributesChanged') return Object.keys((data as { attributes: object }).attributes).map((name) => `attributes.${name}`);
  if (type === 'ContactPointRemoved') return typeof file === 'object' ? [file.points[(data as { pointId: string }).pointId].kind] : [];
  return { AddressAdded: ['address'], EmailAdded: ['email'], PhoneAdded: ['phone'] }[type] ?? [];
};

const lastRow = (group: Group): number => group.at(-1)!.raw.row;

const tallyOf = (going: readonly Going[], kind: ImportKind): Tally => {
  const months: Record<string, Sums> = {};
  const changes: Record<string, number> = {};
  const waits: Record<string, number> = {};
  const cells: Record<string, number> = {};
  const matched = new Set<string>();
  const tally = { ...NOTHING, months, changed: changes, waiting: waits, refused: cells };
  const counts: Record<'rows' | 'accepted' | 'repeated' | 'rejected' | 'created' | 'records' | 'inLog' | 'anonymous', number> = tally;
  for (const { group, problem, written, created, changed, waiting, refused, records, kept, holder } of going) {
    counts.rows += group.length;
    counts[problem ? 'rejected' : written ? 'accepted' : 'repeated'] += group.length;
    if (created) counts.created++;
    if (kind === 'clients' && holder && holder.file !== 'new' && !created) matched.add(holder.clientId);
    for (const field of changed) changes[field] = (changes[field] ?? 0) + 1;
    for (const { field } of problem ? [] : waiting) waits[field] = (waits[field] ?? 0) + 1;
    for (const { field } of problem ? [] : refused) cells[field] = (cells[field] ?? 0) + 1;
    counts.records += records.length;
    counts.inLog += kept.size;
    if (!holder && !problem) counts.anonymous += records.length;
    for (const record of records) {
      if (!record.sum) continue;
      const { month, amount } = record.sum;
      const before = months[month] ?? { file: 0, log: 0 };
      months[month] = { file: before.file + amount, log: before.log + (kept.get(record) ?? 0) };
    }
  }
  return { ...tally, matched: matched.size };
};
