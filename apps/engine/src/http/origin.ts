import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { RequestHandler } from 'express';
import { readTraceparent } from '../observation/ids.js';
import { Origin } from '../observation/observer.js';

const current = new AsyncLocalStorage<Origin>();

/** The origin that a request brings: it goes on with its caller's trace, or begins one. */
export const originOf = (traceparent: unknown): Origin => ({
  id: randomUUID(),
  ...(readTraceparent(traceparent) ?? { correlationId: randomUUID(), parentSpanId: null }),
});

/** Lets everything behind it know the origin of its request. */
export const withOrigin: RequestHandler = (_, response, next) => current.run(response.locals.origin as Origin, next);

/** The origin of the request being answered. */
export const currentOrigin = (): Origin => current.getStore() ?? originOf(undefined);
