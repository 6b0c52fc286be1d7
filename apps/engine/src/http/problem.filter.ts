import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ConcurrencyError, DomainError, StoreUnavailableError } from '@boucle/eventsourcing';
import { Response } from 'express';
import { NotCaughtUpError } from '../queries.js';

/** A field at fault. */
export class FieldProblem {
  @ApiProperty({ example: 'offers[0].cost' }) readonly field: string;
  @ApiProperty({ example: 'cost must not be less than 0' }) readonly reason: string;
}

/** An error as the API answers it (RFC 9457). */
export class Problem {
  @ApiProperty({ example: 'about:blank' }) readonly type: string;
  @ApiProperty({ example: 'Bad Request' }) readonly title: string;
  @ApiProperty({ type: 'integer', example: 400 }) readonly status: number;
  @ApiProperty() readonly detail: string;
  @ApiPropertyOptional({ description: 'A stable word for this refusal', example: 'campaign-paused' }) readonly code?: string;
  @ApiPropertyOptional({ type: [FieldProblem] }) readonly errors?: FieldProblem[];
}

/** A body or parameter of the wrong shape. */
export class ShapeError extends Error {
  constructor(readonly errors: FieldProblem[]) {
    super(errors.map(({ field, reason }) => `${field}: ${reason}`).join('; '));
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const RETRY_AFTER_SECONDS = '5';

const problem = (status: number, detail: string, more: Partial<Problem> = {}): Problem => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  detail,
  ...more,
});

const problemOf = (error: unknown): Problem => {
  if (error instanceof ShapeError) return problem(400, error.message, { errors: error.errors });
  if (error instanceof DomainError) {
    const errors = error.field === undefined ? undefined : [{ field: error.field, reason: error.message }];
    return problem(error.code.startsWith('unknown-') ? 404 : 409, error.message, { code: error.code, errors });
  }
  if (error instanceof ConcurrencyError) return problem(409, error.message, { code: 'concurrent-change' });
  if (error instanceof StoreUnavailableError) return problem(503, error.message, { code: 'store-unavailable' });
  if (error instanceof NotCaughtUpError) return problem(503, error.message, { code: 'not-caught-up' });
  if (error instanceof HttpException) return problem(error.getStatus(), error.message);
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
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  }
}
