import { DataOf, Message } from './message.js';

/** A command class: class-validator rules and request shape at once. */
export type CommandClass = new (...args: never[]) => object;

/** The write side of one kind of stream, as a record of pure functions. */
export interface Decider<State, Commands extends Record<string, CommandClass>, Event extends Message> {
  readonly commands: Commands;
  stream(command: InstanceType<Commands[keyof Commands]>): string;
  readonly initial: State;
  /** The facts if this command is accepted now, or as a part of the past that is told later; `[]` when it has already happened; throws `DomainError` when it must not. */
  readonly decide: {
    readonly [N in keyof Commands]: (state: State, command: InstanceType<Commands[N]>, now: string, history?: boolean) => Event[];
  };
  readonly evolve: { readonly [T in Event['type']]: (state: State, data: DataOf<Event, T>, occurredAt: string) => State };
}

/** Some of the rules of a decider, where one file would hold too many; they may lead to events that another file evolves. */
export interface Rules<
  State,
  Commands extends Record<string, CommandClass>,
  Event extends Message,
  Elsewhere extends Message = never,
> extends Pick<Decider<State, Commands, Event>, 'commands' | 'evolve'> {
  readonly decide: {
    readonly [N in keyof Commands]: (
      state: State,
      command: InstanceType<Commands[N]>,
      now: string,
      history?: boolean,
    ) => (Event | Elsewhere)[];
  };
}

/** A decider whose exact types do not matter to who holds it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- variance: a record of deciders of different states has no common state type
export type AnyDecider = Decider<any, any, any>;

type Fold<State> = Readonly<Record<string, ((state: State, data: object, occurredAt: string) => State) | undefined>>;

/** The state after these events; events that the decider does not name leave it as it is. */
export const fold = <State>(
  decider: { evolve: object },
  state: State,
  events: readonly (Message & { metadata: { occurredAt: string } })[],
): State => {
  const evolve = decider.evolve as Fold<State>;
  return events.reduce((current, event) => evolve[event.type]?.(current, event.data, event.metadata.occurredAt) ?? current, state);
};
