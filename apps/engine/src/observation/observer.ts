import { BusMessage, NewEvent, Order, Outcome, RecordedEvent } from '@boucle/eventsourcing';

/** When something began and ended, ms since 1970 with fractions. */
export interface Timing {
  readonly began: number;
  readonly ended: number;
}

/** Where the commands of a request come from. */
export interface Origin {
  /** Of this request alone. */
  readonly id: string;
  /** Of everything that follows from it: the trace id. */
  readonly correlationId: string;
  /** The span of the caller in whose trace the request stands, if he named one. */
  readonly parentSpanId: string | null;
}

/** The route of paths that the API document does not name. */
export const ELSEWHERE = 'elsewhere';

/** A request that has been answered. */
export interface Answered {
  readonly origin: Origin;
  readonly method: string;
  /** The path as the API document writes it. */
  readonly route: string;
  /** The path as it came, without its query: it may hold anything. */
  readonly path: string;
  readonly status: number;
}

/** Is told afterwards what the engine did, and changes nothing of it. */
export abstract class Observer {
  answered?(request: Answered, timing: Timing): void;
  executed?(orders: readonly Order[], outcomes: readonly (Outcome | Error)[], timing: Timing): void;
  appended?(events: readonly NewEvent[], error: Error | null, timing: Timing): void;
  /** A processor has taken events, or failed to. */
  took?(processor: string, events: readonly RecordedEvent[], error: Error | null, timing: Timing): void;
  /** A processor has stopped and will be restarted. */
  failed?(processor: string): void;
  published?(topic: string, messages: readonly BusMessage[], error: Error | null, timing: Timing): void;
  /** A message that entered could not be taken and was put aside. */
  deadLettered?(topic: string): void;
  /** Nothing more will be told; the framework calls it when the engine has stopped. */
  onApplicationShutdown?(): Promise<void>;
}

/** Many observers as one. */
export const together = (observers: readonly Observer[]): Required<Observer> => ({
  answered: (...seen) => observers.forEach((one) => one.answered?.(...seen)),
  executed: (...seen) => observers.forEach((one) => one.executed?.(...seen)),
  appended: (...seen) => observers.forEach((one) => one.appended?.(...seen)),
  took: (...seen) => observers.forEach((one) => one.took?.(...seen)),
  failed: (...seen) => observers.forEach((one) => one.failed?.(...seen)),
  published: (...seen) => observers.forEach((one) => one.published?.(...seen)),
  deadLettered: (...seen) => observers.forEach((one) => one.deadLettered?.(...seen)),
  onApplicationShutdown: async () => void (await Promise.all(observers.map(async (one) => one.onApplicationShutdown?.()))),
});

/** Now, to microseconds. */
export const instant = (): number => performance.timeOrigin + performance.now();

/** Does something and tells how it ended. */
export const timed = async <T>(work: () => Promise<T>, tell: (error: Error | null, timing: Timing) => void): Promise<T> => {
  const began = instant();
  let failure: Error | null = null;
  try {
    return await work();
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    tell(failure, { began, ended: instant() });
  }
};

/** Asked for again and again by machines that look after the engine: no news for logs and traces. */
export const isRoutine = ({ route }: Answered): boolean => route === '/metrics' || route.startsWith('/health');
