import { causedBy, Door } from './door.js';
import { DomainError } from './errors.js';
import { NAMESPACE, uuidv5 } from './hash.js';
import { Message, RecordedEvent } from './message.js';
import { DocumentStore, everyDocument, StoredDocument } from './ports.js';
import { Barrier, Consumer } from './processor.js';
import { AnyProjection, Folding } from './projection.js';
import { AnySaga, PendingAlarm, ringSaga, SagaDocument, sagaTypes, stepSaga } from './saga.js';

const MOST_HELD = 40_000;

/** The room in memory for documents, shared by all who fold some in a process. */
export class Room {
  private readonly foldings = new Set<Folding>();

  /** A folding in place of one that is given up. */
  give(folding: Folding, inPlaceOf?: Folding): Folding {
    if (inPlaceOf) this.foldings.delete(inPlaceOf);
    this.foldings.add(folding);
    return folding;
  }

  get full(): boolean {
    let held = 0;
    for (const { size } of this.foldings) held += size;
    return held >= MOST_HELD;
  }
}

/** Keeps the documents of a projection; while far behind it folds in memory and writes each document rarely. */
export const projectionConsumer = (
  projection: AnyProjection,
  documents: DocumentStore,
  barrier?: Barrier,
  room: Room = new Room(),
): Consumer => {
  let folding = room.give(new Folding(projection, documents));
  return {
    name: projection.name,
    types: Object.keys(projection.on),
    sealed: projection.sealed,
    barrier,
    start: async () => {
      folding = room.give(new Folding(projection, documents), folding);
      if (projection.indexes) await documents.index(projection.name, projection.indexes);
    },
    take: (events) => folding.add(events),
    settle: () => folding.flush(),
    full: () => room.full,
  };
};

/** A command of a saga that a business rule refused: an answer, not a failure. */
export type Refused = (command: Message, error: DomainError) => void;

/** What tells an alarm from all others; its data names what it is about. */
const nameOf = ({ at, alarm }: PendingAlarm): string => `${at} ${alarm.type} ${JSON.stringify(alarm.data)}`;

/** Runs a saga. Crash order: evolve → send commands → store state → move checkpoint. */
export class SagaConsumer implements Consumer {
  readonly name: string;
  readonly types: readonly string[];
  private readonly actor: string;
  private readonly stored = new Map<string, StoredDocument<SagaDocument>>();
  private readonly changed = new Set<string>();
  /** Alarms that have rung since the state last changed. */
  private readonly rung = new Set<string>();
  /** When an alarm was first seen pending by this engine. */
  private seen = new Map<string, string>();

  constructor(
    private readonly saga: AnySaga,
    private readonly documents: DocumentStore,
    private readonly door: Door,
    private readonly refused: Refused,
  ) {
    this.name = saga.name;
    this.types = sagaTypes(saga);
    this.actor = `saga:${saga.name}`;
  }

  async start(): Promise<void> {
    this.stored.clear();
    this.changed.clear();
    for await (const page of everyDocument<SagaDocument>(this.documents, this.name))
      for (const document of page) this.stored.set(document.key, document);
  }

  async take(events: readonly RecordedEvent[]): Promise<void> {
    for (const event of events) {
      const key = this.saga.key(event);
      const before = this.stored.get(key);
      if (before && before.position >= event.position) continue;
      const { after, commands } = stepSaga(this.saga, before?.document ?? null, event);
      await this.send(commands, (command) => causedBy(event, this.actor, `${command.type}/${key}`));
      this.stored.set(key, { key, document: after, position: event.position });
      this.changed.add(key);
      for (const alarm of before?.document?.alarms ?? []) this.rung.delete(nameOf(alarm));
    }
  }

  async settle(): Promise<void> {
    await this.documents.put(
      this.name,
      [...this.changed].map((key) => this.stored.get(key)!),
    );
    this.changed.clear();
  }

  /** The earliest pending alarm to which a stepped clock may move, ISO instant: not one of impatience, nor one that has rung since the state last changed. */
  nextAlarm(): string | null {
    const expected = this.pending().filter(({ patience }) => patience === undefined);
    return expected.reduce<string | null>((first, { at }) => (first === null || at < first ? at : first), null);
  }

  /** Rings what is due, as of now; only to be called when the saga has caught up with the log. */
  async ring(now: string): Promise<boolean> {
    const pending = this.pending();
    this.seen = new Map(pending.map((alarm) => [nameOf(alarm), this.seen.get(nameOf(alarm)) ?? now]));
    const waited = (alarm: PendingAlarm): number => Date.parse(now) - Date.parse(this.seen.get(nameOf(alarm))!);
    const due = pending.filter((alarm) => alarm.at <= now && waited(alarm) >= (alarm.patience ?? 0));
    for (const alarm of due) {
      const key = this.saga.key(alarm.alarm);
      const id = uuidv5(NAMESPACE, this.name, nameOf(alarm));
      const { correlationId } = alarm;
      const commands = ringSaga(this.saga, this.stored.get(key)!.document!, alarm);
      await this.send(commands, (command) => ({ id, correlationId, now, actor: this.actor, key: `${command.type}/${key}` }));
      this.rung.add(nameOf(alarm));
    }
    return due.length > 0;
  }

  private pending(): PendingAlarm[] {
    return [...this.stored.values()].flatMap(({ document }) => document!.alarms.filter((alarm) => !this.rung.has(nameOf(alarm))));
  }

  private async send(commands: readonly Message[], causeOf: (command: Message) => ReturnType<typeof causedBy>): Promise<void> {
    for (const command of commands) {
      const [outcome] = await this.door.executeMany([{ message: command, cause: causeOf(command) }]);
      if (outcome instanceof DomainError) this.refused(command, outcome);
      else if (outcome instanceof Error) throw outcome;
    }
  }
}
