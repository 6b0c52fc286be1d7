import { randomUUID } from 'node:crypto';
import { applyDecorators, HttpCode, Type } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { Clock, ConcurrencyError, DomainError, Request } from '@boucle/eventsourcing';
import { CommandDoor } from '../door.js';
import { referenceText } from '../reference-text.js';
import { Refusals, Requires } from './documented.js';
import { RequestError, ShapeError } from './problem.filter.js';
import { readCommand, refusal } from './reading.js';
import { Beginning, causeOf } from './writing.js';

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

class RejectedLineView implements RejectedLine {
  @ApiProperty({ type: 'integer', description: 'From 1' }) readonly line: number;
  @ApiProperty({ type: 'string', description: 'The field at fault, or line' }) readonly field: string;
  @ApiProperty() readonly reason: string;
}

export class IngestedView implements Ingested {
  @ApiProperty({ type: 'integer' }) readonly accepted: number;
  @ApiProperty({ type: 'integer', description: 'Known already; nothing was written for them' }) readonly repeated: number;
  @ApiProperty({ type: [RejectedLineView], description: 'In order of line, each with the first thing at fault' })
  readonly rejected: RejectedLine[];
  @ApiProperty({ type: 'integer', description: 'A read that waits for this position includes all accepted lines' })
  readonly position: number;
}

/** Documents an operation that takes many commands as JSON lines. */
export const Ingests = (what: string): MethodDecorator =>
  applyDecorators(
    HttpCode(200),
    ApiOperation({
      summary: `${what}, one JSON object per line as for a single one; lines are independent, and sending them again is harmless`,
    }),
    ApiBody({ type: String }),
    ApiOkResponse({ type: IngestedView }),
    Requires('record'),
    Refusals(400, 413, 415, 503),
  );

const AT_ONCE = 500;
const MOST_LINES = 1_000_000;
const BYTE_ORDER_MARK = '\ufeff';

/** Every line begins a chain of its own. */
const ownBeginning = (): Beginning => {
  const id = randomUUID();
  return { id, correlationId: id };
};

const NEWLINE = 10;

const bytesIn = (body: unknown, what: string): Buffer => {
  if (Buffer.isBuffer(body)) return body;
  throw new ShapeError([{ field: 'body', reason: `${what} expected (application/x-ndjson)` }]);
};

/** The text of a reference file that is sent. */
export const referenceIn = (body: unknown): string => referenceText(bytesIn(body, 'a CSV file is'));

/** The lines of a body, the first without the mark that some editors put there. */
export const linesOf = (body: unknown): string[] => {
  const bytes = bytesIn(body, 'lines are');
  let count = 1;
  for (const byte of bytes) if (byte === NEWLINE) count++;
  if (count > MOST_LINES) throw new RequestError(413, 'body', `At most ${MOST_LINES} lines at a time`);
  const text = bytes.toString('utf8');
  return (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).split('\n');
};

/** Takes JSON lines as commands of one type; every line stands for itself, and all accepted ones are durable before it answers. */
export const ingest = async <T extends object>(
  body: unknown,
  type: Type<T>,
  door: CommandDoor,
  clock: Clock,
  actor: string,
): Promise<Ingested> => {
  const lines = linesOf(body);
  const rejected: RejectedLine[] = [];
  let [accepted, repeated, position] = [0, 0, 0];
  for (let start = 0; start < lines.length; start += AT_ONCE) {
    const sent: { line: number; request: Request }[] = [];
    for (const [i, text] of lines.slice(start, start + AT_ONCE).entries()) {
      const line = start + i + 1;
      if (text.trim() === '') continue;
      const request = readCommand(text, type, 'line', (command) => causeOf(command, clock, actor, ownBeginning()));
      if ('message' in request) sent.push({ line, request });
      else rejected.push({ line, ...request });
    }
    // also a body of nothing but refusals lets others have their turn
    await new Promise(setImmediate);
    const outcomes = await door.executeMany(sent.map(({ request }) => request));
    outcomes.forEach((outcome, i) => {
      const { line } = sent[i];
      if (outcome instanceof DomainError) rejected.push({ line, ...refusal(outcome, 'line') });
      else if (outcome instanceof ConcurrencyError) rejected.push({ line, field: 'line', reason: outcome.message });
      else if (outcome instanceof Error) throw outcome;
      else {
        if (outcome.events.length > 0) accepted++;
        else repeated++;
        position = Math.max(position, outcome.position);
      }
    });
  }
  return { accepted, repeated, rejected: rejected.sort((a, b) => a.line - b.line), position };
};
