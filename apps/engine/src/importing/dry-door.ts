import {
  AnyDecider,
  Appended,
  Batch,
  CommandHandling,
  commandHandling,
  ConcurrencyError,
  Door,
  EventStore,
  NewEvent,
  NO_STREAM,
  Outcome,
  RecordedEvent,
  Request,
  Subscription,
} from '@boucle/eventsourcing';
import { anonymousSaleDecider, clientDecider, referenceDecider } from '@boucle/clients';
import { importDecider } from '@boucle/importing';
import { CatalogueCheck } from '../catalogue-check.js';

const deciders: readonly AnyDecider[] = [clientDecider, referenceDecider, anonymousSaleDecider, importDecider];

/** A log on top of another: what is appended is kept here, and forgotten with it. */
export class LogOnTop extends EventStore {
  private readonly added = new Map<string, RecordedEvent[]>();
  private position = 0;

  constructor(private readonly below: EventStore) {
    super();
  }

  async read(stream: string, fromRevision = 0, count = Number.MAX_SAFE_INTEGER): Promise<RecordedEvent[]> {
    const all = [...(await this.below.read(stream)), ...(this.added.get(stream) ?? [])];
    return all.slice(fromRevision, fromRevision + count);
  }

  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    const revision = (await this.read(stream)).at(-1)?.revision ?? NO_STREAM;
    if (revision !== expectedRevision) throw new ConcurrencyError(stream, expectedRevision, revision);
    const recorded = events.map((event, n): RecordedEvent => {
      const position = ++this.position;
      return { ...event, stream, revision: revision + 1 + n, position, recordedAt: event.metadata.occurredAt };
    });
    this.added.set(stream, [...(this.added.get(stream) ?? []), ...recorded]);
    return { revision: revision + events.length, position: this.position };
  }

  subscribe(subscription: Subscription): AsyncIterable<Batch> {
    return this.below.subscribe(subscription);
  }

  head(): Promise<number> {
    return this.below.head();
  }
}

/** Decides commands as the door does, on a log that is forgotten afterwards. */
export class DryDoor implements Door {
  private readonly handling: CommandHandling;

  constructor(
    events: LogOnTop,
    private readonly catalogues: CatalogueCheck,
  ) {
    this.handling = commandHandling(events);
  }

  async executeMany(requests: readonly Request[]): Promise<(Outcome | Error)[]> {
    const known = requests.map(({ message: { type, data }, ...order }) => {
      const decider = deciders.find(({ commands }) => Object.hasOwn(commands as object, type))!;
      const command = new (decider.commands as Record<string, new () => object>)[type]();
      return { decider, order: { command: Object.assign(command, data), ...order } };
    });
    const refusals = await this.catalogues.refusals(known.map(({ order }) => order.command));
    const outcomes = new Array<Outcome | Error>(requests.length);
    for (const decider of deciders) {
      const places = known.flatMap((one, i) => (one.decider === decider && !refusals?.[i] ? [i] : []));
      const decided = await this.handling.handleMany(
        decider,
        places.map((i) => known[i].order),
      );
      places.forEach((i, n) => (outcomes[i] = decided[n]));
    }
    refusals?.forEach((refusal, i) => {
      if (refusal) outcomes[i] = refusal;
    });
    return outcomes;
  }
}
