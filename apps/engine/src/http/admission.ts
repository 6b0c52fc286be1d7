import express, { NextFunction, Request, RequestHandler, Response } from 'express';
import { Config } from '../config.js';
import { Operation, Operations } from './operations.js';
import { RequestError, ShapeError } from './problem.filter.js';

export const JSON_LINES = 'application/x-ndjson';
export const CSV = 'text/csv';
/** A file, which whoever takes it reads by himself. */
export const BYTES = 'application/octet-stream';
const JSON_TYPE = 'application/json';

const hasBody = ({ headers }: Request): boolean => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const refuseUnknownQuery = ({ query }: Request, operation: Operation): void => {
  const unknown = Object.keys(query).filter((name) => !operation.query.includes(name));
  const known = operation.query.length > 0 ? `known are ${operation.query.join(', ')}` : 'there are none here';
  if (unknown.length > 0)
    throw new ShapeError(unknown.map((field) => ({ field: field || 'query', reason: `no such query parameter; ${known}` })));
};

const refuseOtherMedia = (request: Request, { body }: Operation): void => {
  const wanted = body ?? JSON_TYPE;
  const given = request.headers['content-type'] ?? 'an unnamed type';
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(given)?.[1] ?? 'utf-8';
  if (request.is(wanted) === false || !/^utf-?8$/i.test(charset))
    throw new RequestError(415, 'content-type', `Send ${wanted} in UTF-8, not ${given}`);
};

interface ParserError extends Error {
  readonly status?: number;
}

/** What the body parser says, as the API answers it. */
const refused = ({ status, message }: ParserError): RequestError =>
  status === 415
    ? new RequestError(415, 'content-encoding', message)
    : new RequestError(status === 413 ? 413 : 400, 'body', status === 413 ? message : `The body cannot be read: ${message}`);

/** What is wrong with the body of an operation that takes none. */
const surplus = (body: unknown, operation: Operation): ShapeError | undefined => {
  if (operation.body !== null) return undefined;
  const fields = body !== null && typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : ['body'];
  return fields.length > 0
    ? new ShapeError(fields.map((field) => ({ field: field || 'body', reason: 'this operation takes no body' })))
    : undefined;
};

/** Lets in what some operation of the document can take, its body read: refuses other methods, query parameters, media types and sizes. */
export const admission = (operations: Operations, { bodyLimit, bulkLimit }: Pick<Config, 'bodyLimit' | 'bulkLimit'>): RequestHandler => {
  const lines = express.raw({ type: () => true, limit: bulkLimit });
  const json = express.json({ type: () => true, limit: bodyLimit, strict: false });
  return (request: Request, response: Response, next: NextFunction) => {
    const operation = operations.find(request.method, request.path);
    if (!operation) return next();
    refuseUnknownQuery(request, operation);
    if (!hasBody(request)) return next();
    refuseOtherMedia(request, operation);
    if (operation.body === BYTES) return next();
    const parser = (operation.body ?? JSON_TYPE) === JSON_TYPE ? json : lines;
    parser(request, response, (error?: unknown) => {
      next(error ? refused(error as ParserError) : surplus(request.body, operation));
    });
  };
};
