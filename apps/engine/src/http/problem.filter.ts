import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Probable } from '@boucle/clients';
import { ConcurrencyError, DomainError, StoreUnavailableError } from '@boucle/eventsourcing';
import { Response } from 'express';
import { withoutCredentials } from '../observation/credentials.js';
import { ProbableDuplicateError } from '../probable-duplicate.js';
import { NotCaughtUpError } from '../queries.js';

/** A field at fault. */
export class FieldProblem {
  @ApiProperty({ example: 'offers[0].cost' }) readonly field: string;
  @ApiProperty({ example: 'cost must not be less than 0' }) readonly reason: string;
}

class ProbableView implements Probable {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ minimum: 0, maximum: 1, description: 'How likely it is the same person', example: 0.97 }) readonly probability: number;
}

/** An error as the API answers it (RFC 9457). */
export class Problem {
  @ApiProperty({ example: 'about:blank' }) readonly type: string;
  @ApiProperty({ example: 'Bad Request' }) readonly title: string;
  @ApiProperty({ type: 'integer', example: 400 }) readonly status: number;
  @ApiProperty() readonly detail: string;
  @ApiPropertyOptional({ description: 'A stable word for this refusal', example: 'campaign-paused' }) readonly code?: string;
  @ApiPropertyOptional({
    type: [FieldProblem],
    description: 'What is at fault, with every 4xx; path, method, query, body and headers count as fields',
  })
  readonly errors?: FieldProblem[];
  @ApiPropertyOptional({
    type: [ProbableView],
    description: 'With probable-duplicate: who is probably the same person, the most likely first',
  })
  readonly duplicates?: readonly Probable[];
}

/** A body or parameter of the wrong shape. */
export class ShapeError extends Error {
  constructor(readonly errors: FieldProblem[]) {
    super(errors.map(({ field, reason }) => `${field}: ${reason}`).join('; '));
  }
}

/** Parts that the process stands on are away or failing. */
export class NotReadyError extends Error {
  constructor(parts: readonly string[]) {
    super(`Not ready: ${parts.join(', ')}`);
  }
}

/** A request that no operation takes as it is. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly field: string,
    reason: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(reason);
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const PROBLEM_TYPE = 'application/problem+json';
const RETRY_AFTER_SECONDS = '5';
const MOST_ERRORS = 100;

export const titleOf = (status: number): string => TITLES[status] ?? 'Error';

/** An error in the shape of the API. */
export const problem = (status: number, detail: string, errors?: readonly FieldProblem[], code?: string): Problem => ({
  type: 'about:blank',
  title: titleOf(status),
  status,
  detail,
  code,
  errors: errors?.slice(0, MOST_ERRORS),
});

const problemOf = (error: unknown): Problem => {
  if (error instanceof ShapeError) return problem(400, new ShapeError(error.errors.slice(0, MOST_ERRORS)).message, error.errors);
  if (error instanceof RequestError) return problem(error.status, error.message, [{ field: error.field, reason: error.message }]);
  if (error instanceof ProbableDuplicateError) {
    const { code, message, field, duplicates } = error;
    return { ...problem(409, message, [{ field: field!, reason: message }], code), duplicates };
  }
  if (error instanceof DomainError) {
    const { code, message, field = 'body' } = error;
    // who was erased is there no more
    return problem(code.startsWith('unknown-') || code === 'client-erased' ? 404 : 409, message, [{ field, reason: message }], code);
  }
  if (error instanceof ConcurrencyError)
    return problem(409, error.message, [{ field: 'body', reason: 'something else changed at the same time' }], 'concurrent-change');
  if (error instanceof StoreUnavailableError) return problem(503, withoutCredentials(error.message), undefined, 'store-unavailable');
  if (error instanceof NotCaughtUpError) return problem(503, error.message, undefined, 'not-caught-up');
  if (error instanceof NotReadyError) return problem(503, error.message, undefined, 'not-ready');
  // What is left of the framework's own refusals concerns the path: it leads nowhere, or cannot be decoded.
  if (error instanceof HttpException) return problem(error.getStatus(), error.message, [{ field: 'path', reason: error.message }]);
  return problem(500, 'Something went wrong on our side; the log of the engine tells more');
};

/** Answers every error as application/problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('HTTP');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const answer = problemOf(error);
    if (answer.status === 500) this.logger.error((error as Error).stack ?? error);
    if (answer.status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    if (error instanceof RequestError) response.set(error.headers);
    response.status(answer.status).type(PROBLEM_TYPE).send(JSON.stringify(answer));
  }
}
