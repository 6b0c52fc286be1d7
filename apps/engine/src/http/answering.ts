import { RequestHandler } from 'express';
import { ELSEWHERE, instant, Observer } from '../observation/observer.js';
import { Operations } from './operations.js';
import { originOf } from './origin.js';

/** The status, seen by nobody, of a request whose caller went away before the answer. */
const GONE = 499;

/** Gives each request its origin, and tells the observer once it has been answered. */
export const answering =
  (operations: Operations, observer: Observer): RequestHandler =>
  ({ method, path, headers }, response, next) => {
    const began = instant();
    const origin = (response.locals.origin = originOf(headers.traceparent));
    response.once('close', () => {
      const route = operations.route(path) ?? ELSEWHERE;
      const status = response.headersSent ? response.statusCode : GONE;
      observer.answered?.({ origin, method, route, path, status }, { began, ended: instant() });
    });
    next();
  };
