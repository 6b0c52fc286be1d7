import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiSecurity, getSchemaPath } from '@nestjs/swagger';
import { Action, FieldGroup, mayWrite, Role, ROLES, rolesFor } from '@boucle/access';
import { CODE, ID } from '@boucle/clients';
import { Problem, PROBLEM_TYPE } from './problem.filter.js';
import { Written } from './writing.js';

const REASONS: Readonly<Record<number, string>> = {
  400: 'The request has the wrong shape',
  401: 'No key, or one that is not valid',
  403: 'The key is of a role that may not do this',
  404: 'Not there',
  409: 'A business rule refuses it',
  413: 'The body is too large',
  415: 'The body is of another media type, character set or encoding than documented',
  503: 'The store cannot answer now, or a read model has not reached the position asked for; try again after Retry-After seconds',
};

const HEADERS = {
  401: { 'WWW-Authenticate': { description: 'Bearer', required: true, schema: { type: 'string' as const } } },
  503: { 'Retry-After': { description: 'Seconds', required: true, schema: { type: 'integer' as const } } },
};

/** Documents the errors that an operation may answer. */
export const Refusals = (...statuses: number[]): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ApiExtraModels(Problem),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: REASONS[status],
        headers: HEADERS[status as keyof typeof HEADERS],
        content: { [PROBLEM_TYPE]: { schema: { $ref: getSchemaPath(Problem) } } },
      }),
    ),
  );

/** The name of the security scheme. */
export const KEY = 'key';

const letsIn = (roles: readonly Role[]): MethodDecorator & ClassDecorator =>
  applyDecorators(ApiSecurity(KEY, [...roles]), Refusals(...(roles.length < ROLES.length ? [401, 403] : [401])));

/** Lets in the roles that may do one of these; an operation that says nothing is for administrators. */
export const Requires = (...actions: readonly Action[]): MethodDecorator & ClassDecorator => letsIn(rolesFor(...actions));

const id = { type: 'string' as const, pattern: ID.source };

export const campaignIdParam = { name: 'campaignId', schema: id, example: 'spring' };
export const keyIdParam = { name: 'keyId', schema: id, example: '00112233445566aa' };
export const clientIdParam = { name: 'clientId', schema: id, example: 'client-42' };

/** Documents an id in a path. */
export const StringIdParam = (name: string): MethodDecorator & ClassDecorator => ApiParam({ name, schema: id });
export const ClientIdParam = (): MethodDecorator & ClassDecorator => ApiParam(clientIdParam);

const records = (roles: readonly Role[], summary: string, refusals: readonly number[]): MethodDecorator & ClassDecorator =>
  applyDecorators(HttpCode(200), ApiOperation({ summary }), ApiOkResponse({ type: Written }), letsIn(roles), Refusals(...refusals));

/** Documents an operation that records something about a client, and what it may answer beside success. */
export const Records = (summary: string, ...refusals: number[]): MethodDecorator & ClassDecorator =>
  records(rolesFor('record'), summary, refusals);

/** The same where it belongs to a group of fields: salespeople too may record it of their own clients, if they may write the group. */
export const RecordsOf = (group: FieldGroup, summary: string, ...refusals: number[]): MethodDecorator & ClassDecorator =>
  records(
    rolesFor('record', 'sell').filter((role) => mayWrite(role, group)),
    summary,
    refusals,
  );

/** Documents what several people are looked at for. */
export const Purposeful = (required = false): MethodDecorator =>
  ApiQuery({
    name: 'purpose',
    required,
    schema: { type: 'string', pattern: CODE.source },
    description: `What for, in a code; it stands in the audit of views${required ? '' : '; what the role of the key is there for if left out'}`,
    example: 'household-maintenance',
  });

/** The most that a position can be. */
export const LAST_POSITION = Number.MAX_SAFE_INTEGER;

/** Documents the position that a read can wait for. */
export const Awaitable = (): MethodDecorator =>
  ApiQuery({
    name: 'after',
    required: false,
    schema: { type: 'integer', minimum: 0, maximum: LAST_POSITION },
    description: 'Wait until the answer includes this position of the log, as a write answered it; 503 if that takes longer than 5 seconds',
  });
