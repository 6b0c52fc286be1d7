import { Clock, ConcurrencyError, DomainError, Request } from '@boucle/eventsourcing';
import { CommandDoor } from '../door.js';
import { FieldProblem, ShapeError } from './problem.filter.js';
import { shaped } from './shape.js';
import { causeOf } from './writing.js';

export interface RejectedLine {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
}

export interface Ingested {
  readonly accepted: number;
  readonly repeated: number;
  readonly rejected: RejectedLine[];
  readonly position: number;
}

const AT_ONCE = 500;

const readLine = <T extends { occurredAt?: string }>(text: string, type: new () => T, clock: Clock): Request | FieldProblem[] => {
  try {
    const command = shaped(type, JSON.parse(text));
    return Array.isArray(command) ? command : { message: { type: type.name, data: command }, cause: causeOf(command, clock) };
  } catch (error) {
    if (error instanceof ShapeError) return error.errors;
    if (error instanceof SyntaxError) return [{ field: 'line', reason: `not JSON: ${error.message}` }];
    throw error;
  }
};

/** Takes JSON lines as commands of one type; every line stands for itself, and all accepted ones are durable before it answers. */
export const ingest = async <T extends { occurredAt?: string }>(body: unknown, type: new () => T, door: CommandDoor, clock: Clock): Promise<Ingested> => {
  if (!Buffer.isBuffer(body)) throw new ShapeError([{ field: 'body', reason: 'JSON lines are expected (application/x-ndjson)' }]);
  const rejected: RejectedLine[] = [];
  let [accepted, repeated, position] = [0, 0, 0];
  let waiting: { line: number; request: Request }[] = [];
  const send = async (): Promise<void> => {
    const outcomes = await door.executeMany(waiting.map(({ request }) => request));
    outcomes.forEach((outcome, i) => {
      if (outcome instanceof DomainError || outcome instanceof ConcurrencyError) {
        const field = outcome instanceof DomainError ? (outcome.field ?? 'line') : 'line';
        rejected.push({ line: waiting[i].line, field, reason: outcome.message });
      } else if (outcome instanceof Error) throw outcome;
      else {
        if (outcome.events.length > 0) accepted++;
        else repeated++;
        position = Math.max(position, outcome.position);
      }
    });
    waiting = [];
  };
  for (const [i, text] of body.toString('utf8').split('\n').entries()) {
    if (text.trim() === '') continue;
    const request = readLine(text, type, clock);
    if (Array.isArray(request)) rejected.push(...request.map((problem) => ({ line: i + 1, ...problem })));
    else waiting.push({ line: i + 1, request });
    if (waiting.length === AT_ONCE) await send();
  }
  if (waiting.length > 0) await send();
  return { accepted, repeated, rejected: rejected.sort((a, b) => a.line - b.line), position };
};
