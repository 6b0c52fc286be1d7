import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { NextFunction, Request, RequestHandler, Response } from 'express';
import { FieldGroup, hiddenFrom, Role } from '@boucle/access';
import { SettingError } from '../config.js';
import { Keyring } from '../keyring.js';
import { Operations } from './operations.js';
import { RequestError } from './problem.filter.js';

/** Who asks where nobody was ever given a key. */
const LOCAL = 'local';

/** The pages that describe the API are no operations of it. */
const DESCRIPTION = /^\/docs(-json|-yaml)?(\/|$)/;

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|::ffff:127(\.\d{1,3}){3})$/i;

/** Whether an address is this machine and nobody else. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Refuses to listen for other machines as long as there is no key. */
export const refuseStrangers = (keyring: Keyring, host: string): void => {
  if (keyring.isOpen && !isLoopback(host))
    throw new SettingError(
      `HOST is ${host}, so other machines could ask the engine, but no key was issued yet: issue one with boucle key create --role administrator --name …, or leave HOST out`,
    );
};

const unauthorised = (reason: string, challenge = 'Bearer'): RequestError =>
  new RequestError(401, 'authorization', reason, { 'WWW-Authenticate': challenge });

/** Without keys the engine serves who sits at its machine; a page in his browser that another site has sent is not him. */
const mustBeLocal = ({ socket, headers }: Request): void => {
  const names = [headers.host, headers.origin].flatMap((value) => (value === undefined ? [] : [value]));
  const own = names.every((name) => isLoopback(name.replace(/^https?:\/\//, '').replace(/:\d+$/, '')));
  if (!own || !isLoopback(socket.remoteAddress ?? ''))
    throw unauthorised('No key was issued yet, so only this machine is served: issue one with boucle key create');
};

/** Who asks. */
export interface Asking {
  readonly actor: string;
  readonly role: Role;
  /** If it is a salesperson, which. */
  readonly salespersonId: string | null;
}

const whoAsks = (request: Request, keyring: Keyring): Asking => {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    if (keyring.all().length > 0) throw unauthorised('A key is needed: send Authorization: Bearer boucle_…');
    mustBeLocal(request);
    return { actor: LOCAL, role: 'administrator', salespersonId: null };
  }
  const key = keyring.find(/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '');
  if (!key) throw unauthorised('This is no key, or it has expired or was revoked', 'Bearer error="invalid_token"');
  return { actor: `key:${key.keyId}`, role: key.role, salespersonId: key.salespersonId };
};

/** Who asks, once he was let in. */
export const asking = (context: ExecutionContext): Asking =>
  context.switchToHttp().getResponse<Response<unknown, Asking & Record<string, never>>>().locals;

/** Lets in who may: the document says which roles an operation takes, and what the document does not name is not there. */
export const authorisation =
  (operations: Operations, keyring: Keyring): RequestHandler =>
  (request: Request, response: Response, next: NextFunction) => {
    if (DESCRIPTION.test(request.path)) return next();
    const operation = operations.find(request.method, request.path);
    if (!operation) throw new RequestError(404, 'path', `There is nothing at ${request.path}`);
    if (operation.roles === null) return next();
    const asker = whoAsks(request, keyring);
    if (!operation.roles.includes(asker.role))
      throw new RequestError(403, 'authorization', `This takes a key of another role (${operation.roles.join(', ')}), not ${asker.role}`);
    Object.assign(response.locals, asker);
    next();
  };

/** Who asks, as events name him. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): string => asking(context).actor);

/** Who asks, in what role. */
export const Asker = createParamDecorator((_: unknown, context: ExecutionContext): Asking => asking(context));

/** The groups of fields of which who asks sees nothing. */
export const Hidden = createParamDecorator((_: unknown, context: ExecutionContext): readonly FieldGroup[] =>
  hiddenFrom(asking(context).role),
);
