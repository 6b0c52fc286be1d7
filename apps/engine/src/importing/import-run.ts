import { Door, EventStore, FollowedStream, Lookup, mustExecute } from '@boucle/eventsourcing';
import { Catalogues, readClient, VALUE_MEANINGS_STREAM, valueMeaningDecider, ValueMeanings, waitingLookup } from '@boucle/clients';
import {
  CodedRow,
  coding,
  Group,
  Grouping,
  ImportState,
  MappingFields,
  Numbering,
  Occurrences,
  ReadRow,
  recordsOf,
  RowFacts,
  rowReader,
  RowProblem,
  Tally,
  together,
} from '@boucle/importing';
import { Going, lastRow, Sent, tallyOf } from './going.js';
import { Holder, ImportClients } from './import-clients.js';
import { Difference, Reconciliation } from './reconciliation.js';
import { Rejects } from './rejected-rows.js';
import { RowCommands } from './row-commands.js';
import { nameIn, RowFlaws } from './row-flaws.js';
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

/** What became of a file. */
export interface Imported {
  readonly tally: Tally;
  /** How many different clients it names. */
  readonly clients: number;
  readonly differences: readonly Difference[];
}

/** Takes the rows of one file, some hundreds at a time; where it broke off, it goes on. */
export class ImportRun {
  private readonly numbering: Numbering;
  private readonly clients: ImportClients;
  private readonly commands: RowCommands;
  private readonly flaws: RowFlaws;
  private readonly reconciliation: Reconciliation;
  private readonly named = new Occurrences();
  private readonly meanings: FollowedStream<ValueMeanings>;
  private tally: Tally;

  /** @param interrupted it broke off in the rows that come first, so that some of them may have been written */
  constructor(
    private readonly importId: string,
    private readonly mapping: MappingFields,
    private readonly begun: ImportState,
    interrupted: boolean,
    private readonly needs: ImportNeeds,
  ) {
    const { door, events, lookup, rejected, now } = needs;
    this.numbering = new Numbering(mapping, lookup);
    this.clients = new ImportClients(door, events, lookup, mapping.source);
    this.flaws = new RowFlaws(mapping, now);
    this.commands = new RowCommands(importId, mapping, begun.startedAt!, this.clients, this.flaws, events, lookup);
    this.reconciliation = new Reconciliation(mapping, events, rejected, this.commands, this.flaws, interrupted);
    this.meanings = new FollowedStream(events, valueMeaningDecider, VALUE_MEANINGS_STREAM);
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
    return { tally: this.tally, clients: this.named.size, differences: this.reconciliation.differences };
  }

  /** Takes groups that were not done with before; those that were are only counted. */
  private async takeGroups(groups: readonly Group[]): Promise<void> {
    const todo = groups.map((group) => this.numbered(group)).filter(({ group }) => lastRow(group) > this.begun.row);
    if (todo.length === 0) return;
    const { rejected, door, now } = this.needs;
    const going = await this.prepared(todo);
    await this.write(going);
    this.reconciliation.putAside(going);
    for (const { created, group } of going) if (created) await this.needs.newcomer?.(group[0].facts);
    const tally = tallyOf(going, this.mapping.kind);
    const row = lastRow(todo.at(-1)!.group);
    const data = { importId: this.importId, row, tally, rejectedBytes: rejected.bytes };
    await mustExecute(door, [
      { message: { type: 'ProgressImport', data }, cause: { ...this.commands.cause(row, now), history: undefined } },
    ]);
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
        : { group, problem: this.flaws.of(group, found), records: found, waiting };
    });
    const numbers = new Map<string, string>();
    todo.forEach(({ lookup, number }, i) => {
      if (lookup !== null && !read[i].problem) numbers.set(lookup, number!);
    });
    const cause = this.commands.cause(todo[0].group[0].raw.row, this.begun.startedAt!);
    const holders = await this.clients.holders(numbers, cause, this.mapping.kind === 'clients');
    const named = await Promise.all(
      todo.map(async ({ lookup }, i) => (lookup === null && !read[i].problem ? this.holderById(read[i].group) : null)),
    );
    return todo.map(({ part, lookup }, i) => {
      const holder = (lookup === null ? named[i] : holders.get(lookup)) ?? null;
      const stranger = holder && typeof holder.file === 'object' && holder.file.attributes === null;
      const problem = stranger
        ? this.flaws.problem(read[i].group, 'clientId', 'unknown-client', 'there is no client of this id')
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

  /** Sends all that the groups lead to at once, and marks what became of each. */
  private async write(going: readonly Going[]): Promise<void> {
    const sent: Sent[] = [];
    const met = new Set<string>();
    await this.commands.askWhoSaidWhat(going);
    for (const one of going) {
      if (one.problem) continue;
      const leadsTo = this.commands.of(one, met);
      one.problem = this.misshapen(leadsTo);
      if (one.problem) continue;
      if (one.holder && !met.has(one.holder.clientId)) {
        await this.reconciliation.recognise(one);
        met.add(one.holder.clientId);
      }
      sent.push(...leadsTo);
    }
    const outcomes = await this.needs.door.executeMany(sent.map(({ request }) => request));
    for (const [i, outcome] of outcomes.entries()) {
      const { holder } = sent[i].one;
      if (holder && this.mapping.kind !== 'clients') this.clients.remember(holder, outcome);
      await this.reconciliation.told(sent[i], outcome);
    }
  }

  /** The first flaw in what a group leads to. */
  private misshapen(leadsTo: readonly Sent[]): RowProblem | null {
    for (const { one, request } of leadsTo) {
      const flaw = this.flaws.misshapen(one.group, request.message);
      if (flaw) return flaw;
    }
    return null;
  }
}
