import { Assumed, Cause, Outcome } from './command-handling.js';
import { Message } from './message.js';

/** A command as plain data, with its cause. */
export interface Request {
  readonly message: Message;
  readonly cause: Cause;
  readonly assumed?: Assumed;
}

/** The one way in for commands of sagas, workers and every edge. */
export interface Door {
  /** One outcome or error per request, in their order. */
  executeMany(requests: readonly Request[]): Promise<(Outcome | Error)[]>;
}

/** Sends commands whose refusal would be a defect: the first error is thrown. */
export const mustExecute = async (door: Door, requests: readonly Request[]): Promise<Outcome[]> => {
  const outcomes = await door.executeMany(requests);
  return outcomes.map((outcome) => {
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
};

/** The cause of a command that an event leads to: it happens when the event happened. */
export const causedBy = (
  event: { metadata: { id: string; correlationId: string; occurredAt: string } },
  actor: string,
  key?: string,
): Cause => ({
  id: event.metadata.id,
  correlationId: event.metadata.correlationId,
  now: event.metadata.occurredAt,
  actor,
  key,
});
