import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiQuery, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem.filter.js';

const REASONS: Readonly<Record<number, string>> = {
  400: 'The request has the wrong shape',
  404: 'Not there',
  409: 'A business rule refuses it',
  413: 'The body is too large',
  415: 'The body is of another media type than documented',
  503: 'The store cannot answer now; try again after Retry-After seconds',
};

/** Documents the errors that an operation may answer. */
export const Refusals = (...statuses: number[]): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiExtraModels(Problem),
    ...statuses.map((status) =>
      ApiResponse({ status, description: REASONS[status], content: { 'application/problem+json': { schema: { $ref: getSchemaPath(Problem) } } } }),
    ),
  );

/** Documents the position that a read can wait for. */
export const Awaitable = (): MethodDecorator =>
  ApiQuery({
    name: 'after',
    required: false,
    schema: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
    description: 'Wait until the read model includes this position of the log, as a write answered it',
  });
