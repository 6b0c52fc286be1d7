import { DataOf, Message, RecordedEvent } from './message.js';

/** A moment that a saga waits for. */
export interface Alarm<A extends Message = Message> {
  readonly at: string;
  readonly alarm: A;
  /** Milliseconds that it must also have been pending while the engine ran: downtime is nobody's delay. */
  readonly patience?: number;
}

/** Something that a saga wants done: a command now, or to be woken later. */
export type Reaction<A extends Message = Message> = Message | Alarm<A>;

/** `later(at, alarm)`: wake me then. */
export const later = <A extends Message>(at: string, alarm: A): Alarm<A> => ({ at, alarm });

/** `overdue(at, patience, alarm)`: wake me if nothing has happened by then, downtime not counted. */
export const overdue = <A extends Message>(at: string, patience: number, alarm: A): Alarm<A> => ({ at, patience, alarm });

export const isAlarm = (reaction: Reaction): reaction is Alarm => 'alarm' in reaction;

/** A process across streams: a fold of what it must remember, and pure reactions to events and alarms. */
export interface Saga<State extends object, Event extends Message, Alarms extends Message> {
  /** Also the name of its collection. */
  readonly name: string;
  key(event: Event | Alarms): string;
  readonly initial: State;
  readonly evolve: { readonly [T in Event['type']]?: (state: State, data: DataOf<Event, T>, occurredAt: string) => State };
  /** The commands to send and alarms to set, once the state includes the event. */
  readonly react: {
    readonly [T in Event['type'] | Alarms['type']]?: (
      state: State,
      data: DataOf<Event | Alarms, T>,
      occurredAt: string,
    ) => readonly Reaction<Alarms>[];
  };
  /** The events that make an alarm pointless; an event clears it if it carries all that the alarm carries. */
  readonly clearedBy: { readonly [T in Alarms['type']]: readonly Event['type'][] };
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a list of sagas of different states
export type AnySaga = Saga<any, any, any>;

/** An alarm that has been set and not yet cleared. */
export interface PendingAlarm extends Alarm {
  readonly correlationId: string;
}

/** What the store keeps of a saga for one key. */
export interface SagaDocument {
  readonly state: object;
  readonly alarms: readonly PendingAlarm[];
}

type Evolve = Readonly<Record<string, ((state: object, data: object, occurredAt: string) => object) | undefined>>;
type React = Readonly<Record<string, ((state: object, data: object, occurredAt: string) => readonly Reaction[]) | undefined>>;

export const sagaTypes = (saga: AnySaga): string[] => {
  const alarms = new Set(Object.keys(saga.clearedBy));
  const cleared = Object.values(saga.clearedBy as Record<string, string[]>).flat();
  return [...new Set([...Object.keys(saga.evolve), ...Object.keys(saga.react), ...cleared])].filter((type) => !alarms.has(type));
};

const carries = (data: object, wanted: object): boolean =>
  Object.entries(wanted).every(([key, value]) => (data as Record<string, unknown>)[key] === value);

/** One event through a saga: the document after it, and the commands to send. */
export const stepSaga = (
  saga: AnySaga,
  before: SagaDocument | null,
  event: RecordedEvent,
): { after: SagaDocument; commands: Message[] } => {
  const { type, data, metadata } = event;
  const held = before ?? { state: saga.initial as object, alarms: [] };
  const state = (saga.evolve as Evolve)[type]?.(held.state, data, metadata.occurredAt) ?? held.state;
  const reactions = (saga.react as React)[type]?.(state, data, metadata.occurredAt) ?? [];
  const clearedBy = saga.clearedBy as Record<string, readonly string[]>;
  const set = reactions.filter(isAlarm).map((alarm) => ({ ...alarm, correlationId: metadata.correlationId }));
  const kept = held.alarms.filter(({ alarm }) => !(clearedBy[alarm.type]?.includes(type) && carries(data, alarm.data)));
  return {
    after: { state, alarms: [...kept, ...set] },
    commands: reactions.filter((reaction): reaction is Message => !isAlarm(reaction)),
  };
};

/** The commands that an alarm leads to when it rings. */
export const ringSaga = (saga: AnySaga, { state }: SagaDocument, { at, alarm }: Alarm): Message[] =>
  ((saga.react as React)[alarm.type]?.(state, alarm.data, at) ?? []).filter((reaction): reaction is Message => !isAlarm(reaction));
