import { RequestHandler } from 'express';
import { ELSEWHERE, instant, Observer } from '../observation/observer.js';
import { Operations } from './operations.js';
import { originOf } from './origin.js';

/** Gives each request its origin, and tells the observer once it has been answered. */
export const answering =
  (operations: Operations, observer: Observer): RequestHandler =>
  ({ method, path, headers }, response, next) => {
    const began = instant();
    const origin = (response.locals.origin = originOf(headers.traceparent));
    response.once('close', () => {
      const route = operations.route(path) ?? ELSEWHERE;
      observer.answered?.({ origin, method, route, path, status: response.statusCode }, { began, ended: instant() });
    });
    next();
  };
