import { AnyDecider, fold } from './decider.js';
import { ConcurrencyError, DomainError } from './errors.js';
import { uuidv5 } from './hash.js';
import { Message, NewEvent } from './message.js';
import { EventStore, NO_STREAM } from './ports.js';
import { Remembered } from './remembered.js';
import { schemaVersion, Upcasters } from './upcast.js';

/** Where a command comes from; never a wall clock inside. */
export interface Cause {
  /** Id of the message or request that led to this command. */
  readonly id: string;
  readonly correlationId: string;
  /** When it happens, ISO instant. */
  readonly now: string;
  readonly actor: string;
  /** Tells commands of one type to one stream apart that have the same cause. */
  readonly key?: string;
  /** It is told of the past: nothing is to follow from it today. */
  readonly history?: true;
}

/** What a sender takes a stream to be, as far as his command asks: it need not be read, since the append holds the revision against the log. */
export interface Assumed {
  readonly state: unknown;
  readonly revision: number;
}

/** A command with its cause. */
export interface Order<C extends object = object> {
  readonly command: C;
  readonly cause: Cause;
  readonly assumed?: Assumed;
}

/** What a command led to; no events if it had already happened. */
export interface Outcome {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
  readonly events: readonly Message[];
  readonly state: unknown;
}

/** Decides commands against the log: read → fold → decide → append at the revision read. */
export interface CommandHandling {
  handle(decider: AnyDecider, order: Order): Promise<Outcome>;
  /** One read per stream, one group commit, one outcome or error per command, in their order. */
  handleMany(decider: AnyDecider, orders: readonly Order[]): Promise<(Outcome | Error)[]>;
  /** The outcome of a command that has happened already, null if it would change anything. */
  repeated(decider: AnyDecider, order: Order): Promise<Outcome | null>;
}

interface Decided {
  readonly events: NewEvent[];
  readonly state: unknown;
}

interface Folded {
  state: unknown;
  revision: number;
  position: number;
}

const ATTEMPTS = 10;
const REMEMBERED = 2000;
const REMEMBERED_MS = 60_000;

const idOf = (type: string, cause: Cause, stream: string): string => uuidv5(cause.id, type, cause.key ?? stream);

/** The id of the first event of a command, if it led to any. */
export const firstEventId = (type: string, cause: Cause, stream: string): string => uuidv5(idOf(type, cause, stream), 0);

/** @param upcasters of every event that the deciders write: they give the schema version */
export const commandHandling = (store: EventStore, upcasters: Upcasters = {}): CommandHandling => {
  // A stream's state is a pure fold, so the part already folded need not be read again: only its tail is.
  const remembered = new Remembered<Folded>(REMEMBERED, REMEMBERED_MS);

  const load = async (decider: AnyDecider, stream: string): Promise<Folded> => {
    const known = remembered.get(stream) ?? { state: decider.initial as unknown, revision: NO_STREAM, position: 0 };
    const tail = await store.read(stream, known.revision + 1);
    const last = tail.at(-1);
    return last ? { state: fold(decider, known.state, tail), revision: last.revision, position: last.position } : known;
  };

  const decide = (decider: AnyDecider, before: Pick<Folded, 'state'>, orders: readonly Order[], stream: string) => {
    const appended: NewEvent[] = [];
    let { state } = before;
    const results = orders.map((order): Error | Decided => {
      const { command, cause } = order;
      try {
        const rule = decider.decide[command.constructor.name] as (
          state: unknown,
          command: object,
          now: string,
          history: boolean,
        ) => Message[];
        const { correlationId, actor, now, history } = cause;
        const facts = rule(state, command, now, history === true);
        const commandId = facts.length > 0 ? idOf(command.constructor.name, cause, stream) : '';
        const events = facts.map((fact, i): NewEvent => {
          const version = schemaVersion(upcasters, fact.type);
          const id = uuidv5(commandId, i);
          const metadata = { id, schemaVersion: version, occurredAt: now, correlationId, causationId: cause.id, actor };
          return { ...fact, metadata: history ? { ...metadata, history } : metadata };
        });
        state = fold(decider, state, events);
        appended.push(...events);
        return { events, state };
      } catch (error) {
        return error as Error;
      }
    });
    return { results, appended };
  };

  /** Decides commands without reading their stream; null: not all of them are plainly new, or somebody else wrote meanwhile. */
  const handleAssumed = async (decider: AnyDecider, stream: string, orders: readonly Order[]): Promise<Outcome[] | null> => {
    const [{ assumed }] = orders;
    if (!assumed || orders.some((order) => order.assumed?.revision !== assumed.revision)) return null;
    const { results, appended } = decide(decider, assumed, orders, stream);
    if (!results.every((result): result is Decided => !(result instanceof Error) && result.events.length > 0)) return null;
    try {
      const { revision, position } = await store.append(stream, assumed.revision, appended);
      return results.map(({ events, state }) => ({ stream, revision, position, events, state }));
    } catch (error) {
      // also what belongs to somebody erased is refused by what the log says of him
      if (error instanceof ConcurrencyError || error instanceof DomainError) return null;
      throw error;
    }
  };

  const handleStream = async (decider: AnyDecider, stream: string, orders: readonly Order[]): Promise<(Outcome | Error)[]> => {
    const outcomes = await handleAssumed(decider, stream, orders);
    if (outcomes) return outcomes;
    for (let attempt = 1; ; attempt++) {
      const before = await load(decider, stream);
      const { results, appended } = decide(decider, before, orders, stream);
      try {
        const { revision, position } = appended.length > 0 ? await store.append(stream, before.revision, appended) : before;
        // what was read, not what was decided: a retry that came second is answered too, and the log holds the first
        remembered.set(stream, before);
        return results.map((result) =>
          result instanceof Error ? result : { stream, revision, position, events: result.events, state: result.state },
        );
      } catch (error) {
        if (!(error instanceof ConcurrencyError)) throw error;
        if (attempt === ATTEMPTS) return orders.map(() => error);
      }
    }
  };

  const handleMany = async (decider: AnyDecider, orders: readonly Order[]): Promise<(Outcome | Error)[]> => {
    const byStream = new Map<string, number[]>();
    orders.forEach(({ command }, i) => {
      const stream = decider.stream(command);
      const places = byStream.get(stream);
      if (places) places.push(i);
      else byStream.set(stream, [i]);
    });
    const outcomes = new Array<Outcome | Error>(orders.length);
    await Promise.all(
      Array.from(byStream, async ([stream, places]) => {
        const results = await handleStream(
          decider,
          stream,
          places.map((i) => orders[i]),
        ).catch((error: Error) => places.map(() => error));
        places.forEach((i, n) => (outcomes[i] = results[n]!));
      }),
    );
    return outcomes;
  };

  return {
    handleMany,
    handle: async (decider, order) => {
      const [outcome] = await handleMany(decider, [order]);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    repeated: async (decider, order) => {
      const stream = decider.stream(order.command);
      const before = await load(decider, stream);
      const [result] = decide(decider, before, [order], stream).results;
      if (result instanceof Error || result.events.length > 0) return null;
      return { stream, revision: before.revision, position: before.position, events: [], state: before.state };
    },
  };
};
