/** A named fact or request with JSON data. */
export interface Message<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
}

/** The data of one message of a union, by its type. */
export type DataOf<M extends Message, T extends M['type']> = Extract<M, { type: T }>['data'];

/** What is known about an event besides its data; part of the log hash. */
export interface Metadata {
  /** Deterministic where a retry could repeat the event. */
  readonly id: string;
  readonly schemaVersion: number;
  /** When it happened, ISO instant. */
  readonly occurredAt: string;
  /** The first cause of a chain of events. */
  readonly correlationId: string;
  /** The message that directly led to this one. */
  readonly causationId: string;
  readonly actor: string;
  /** It was told later, of the past: nothing follows from it, nobody outside is told at once. */
  readonly history?: true;
}

/** An event about to be appended. */
export type NewEvent<M extends Message = Message> = M & { readonly metadata: Metadata };

/** An event as the log holds it. */
export type RecordedEvent<M extends Message = Message> = M extends Message
  ? M & {
      readonly stream: string;
      /** Place in its stream, from 0. */
      readonly revision: number;
      /** Place in the whole log, a number that the store orders. */
      readonly position: number;
      readonly metadata: Metadata;
      /** When the log took it, ISO instant; in no document and no hash. */
      readonly recordedAt: string;
    }
  : never;
