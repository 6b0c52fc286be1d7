import { DomainError, EventStore, firstEventId, Message, Outcome, RecordedEvent, Request } from '@boucle/eventsourcing';
import { AnonymousSale, Client, ClientEvent, clientStream, standing } from '@boucle/clients';
import { Group, ImportedRecord, MappingFields, RowProblem } from '@boucle/importing';
import { Going, Sent } from './going.js';
import { Holder } from './import-clients.js';
import { Rejects } from './rejected-rows.js';
import { inColumn, RowFlaws } from './row-flaws.js';
import { RowCommands } from './row-commands.js';

/** Something that stands otherwise in the log than in the file. */
export interface Difference {
  readonly row: number;
  readonly field: string;
  readonly reason: string;
}

const MOST_DIFFERENCES = 1000;

/** Holds what became of rows against what they said. */
export class Reconciliation {
  /** The first thousand of them. */
  readonly differences: Difference[] = [];

  constructor(
    private readonly mapping: MappingFields,
    private readonly events: EventStore,
    private readonly rejected: Rejects,
    private readonly commands: RowCommands,
    private readonly flaws: RowFlaws,
    /** The import broke off in the rows that come first, so that some of them may have been written. */
    private interrupted: boolean,
  ) {}

  /** Marks what an import that broke off had done already for the client of a group. */
  async recognise(one: Going): Promise<void> {
    if (!this.interrupted || !one.holder || one.holder.file === 'new') return;
    const request = { message: { type: 'RegisterClient', data: {} }, cause: this.commands.registering(one.group) };
    one.created = await this.wasOurs(request, clientStream(one.holder.clientId));
    if (one.created) one.written = true;
  }

  /** Marks what became of a command. */
  async told({ one, record, consent, request }: Sent, outcome: Outcome | Error): Promise<void> {
    if (outcome instanceof Error) {
      if (!(outcome instanceof DomainError)) throw outcome;
      const { code, message, field = 'row' } = outcome;
      if (consent) one.refused.push(inColumn(this.mapping, consent, this.flaws.problem(one.group, consent, code, message)));
      else one.problem ??= this.flaws.problem(one.group, field, code, message);
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

  /** Puts what was not taken of groups aside, durably. */
  putAside(going: readonly Going[]): void {
    for (const { group, part, problem, refused } of going) {
      if (problem) this.reject(group, part, problem);
      else for (const one of refused) this.refuse(group, part, one);
    }
    this.rejected.sync();
    this.interrupted = false;
  }

  /** Whether this very import had written it before it broke off. */
  private async wasOurs({ message, cause }: Request, stream: string): Promise<boolean> {
    const id = firstEventId(message.type, cause, stream);
    return (await this.events.read(stream)).some(({ metadata }) => metadata.id === id);
  }

  /** What a record that stood there before came to, in cents. */
  private async keptBefore({ type, id, sum }: ImportedRecord, { state, stream }: Outcome): Promise<number> {
    if (!sum) return 0;
    if (type === 'RecordAnonymousSale') return (state as AnonymousSale).sold!.amount;
    if (type === 'RecordPurchase') return (state as Client).purchases.bought.find(({ purchaseId }) => purchaseId === id)!.amount;
    const history = (await this.events.read(stream)) as RecordedEvent<ClientEvent>[];
    const returned = standing(history).find((event) => event.type === 'PurchaseReturned' && event.data.returnId === id);
    return returned?.type === 'PurchaseReturned' ? -returned.data.amount : 0;
  }

  /** All rows of the group, since they are one thing. */
  private reject(group: Group, part: number, problem: RowProblem): void {
    for (const { raw } of group) this.rejected.add(raw, part, problem);
    this.differ(group, problem.field, problem.reason, problem.row);
  }

  /** The row was taken without that cell: corrected, it can be imported again. */
  private refuse(group: Group, part: number, problem: RowProblem): void {
    this.rejected.add(group[0].raw, part, problem);
    this.differ(group, problem.field, problem.reason);
  }

  private differ([{ raw }]: Group, field: string, reason: string, row = raw.row): void {
    if (this.differences.length < MOST_DIFFERENCES) this.differences.push({ row, field, reason });
  }
}

/** The fields that an event about somebody who is known changes. */
const changedBy = ({ type, data }: Message, file?: Holder['file']): readonly string[] => {
  if (type === 'ClientDetailsChanged') return (data as { changed: readonly string[] }).changed;
  if (type === 'AttributesChanged') return Object.keys((data as { attributes: object }).attributes).map((name) => `attributes.${name}`);
  if (type === 'ContactPointRemoved') return typeof file === 'object' ? [file.points[(data as { pointId: string }).pointId].kind] : [];
  return { AddressAdded: ['address'], EmailAdded: ['email'], PhoneAdded: ['phone'] }[type] ?? [];
};
