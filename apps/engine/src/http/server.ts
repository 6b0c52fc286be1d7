import { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { NestFactory } from '@nestjs/core';
import { NestExpressApplication } from '@nestjs/platform-express';
import { SwaggerModule } from '@nestjs/swagger';
import { collectDefaultMetrics } from 'prom-client';
import { Clock } from '@boucle/eventsourcing';
import { Adapters, SystemClock } from '../adapters.js';
import { Config, readConfig } from '../config.js';
import { EngineModule } from '../engine.module.js';
import { Keyring } from '../keyring.js';
import { Portfolios } from '../portfolios.js';
import { PROCESS_ROLES, ProcessRole } from '../process-roles.js';
import { Run } from '../processors.js';
import { authorisation } from './authorisation.js';
import { Metrics } from '../observation/metrics.js';
import { Observer } from '../observation/observer.js';
import { admission } from './admission.js';
import { answering } from './answering.js';
import { documentOf } from './document.js';
import { Operations } from './operations.js';
import { withOrigin } from './origin.js';
import { OwnPortfolio } from './own-portfolio.js';
import { problem, PROBLEM_TYPE, ProblemFilter, titleOf } from './problem.filter.js';
import { ShapePipe } from './shape.js';

const STATUSES: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** The framework has no word for an address that is none, so it never sees one. */
const refuseMalformedUrls = (server: Server): void => {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (URL.canParse(request.url ?? '', 'http://localhost')) return listeners.forEach((listener) => listener(request, response));
    const reason = 'The address cannot be read';
    const body = JSON.stringify(problem(400, reason, [{ field: 'path', reason }]));
    response.writeHead(400, { 'Content-Type': PROBLEM_TYPE, 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
};

/** Who goes on asking over the same connection would keep a server that is closing open for ever. */
const letGoWhenClosing = (server: Server): void => {
  server.prependListener('request', (_, response: ServerResponse) => {
    if (!server.listening) response.setHeader('Connection', 'close');
  });
};

/** Answers what is not even HTTP, before there is a request. */
const refuseNonsense = (error: Error & { code?: string }, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUSES[error.code ?? ''] ?? 400;
  const reason = `The request cannot be read: ${error.message}`;
  const body = JSON.stringify(problem(status, reason, [{ field: status === 431 ? 'headers' : 'request', reason }]));
  const head = [`HTTP/1.1 ${status} ${titleOf(status)}`, `Content-Type: ${PROBLEM_TYPE}`, `Content-Length: ${Buffer.byteLength(body)}`];
  socket.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
};

/** The engine as an HTTP application on what it stands on. */
export const createEngine = async (
  adapters: Adapters,
  settings: Partial<Config>,
  clock: Clock = new SystemClock(),
  roles: readonly ProcessRole[] = PROCESS_ROLES,
  observers: readonly Observer[] = [],
): Promise<NestExpressApplication> => {
  const run: Run = { follow: true, roles, consumers: () => [] };
  const config = { ...readConfig({}), ...settings };
  const engine = await NestFactory.create<NestExpressApplication>(EngineModule.on(adapters, clock, run, config, observers), {
    bodyParser: false,
    logger: ['error', 'warn'],
  });
  engine.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  // the document is drawn from the controllers, and the requests are checked against the document
  const document = documentOf(engine);
  const operations = new Operations(document);
  const keyring = engine.get(Keyring);
  await keyring.follow();
  engine.use(answering(operations, engine.get(Observer)));
  engine.use(authorisation(operations, keyring));
  engine.use(admission(operations, config));
  engine.use(withOrigin);
  engine.useGlobalGuards(new OwnPortfolio(engine.get(Portfolios)));
  engine.useGlobalPipes(new ShapePipe());
  engine.useGlobalFilters(new ProblemFilter());
  SwaggerModule.setup('docs', engine, document, { jsonDocumentUrl: 'docs-json' });
  collectDefaultMetrics({ register: engine.get(Metrics).registry });
  const server = engine.getHttpServer();
  refuseMalformedUrls(server);
  letGoWhenClosing(server);
  server.on('clientError', refuseNonsense);
  // an expectation that nobody here knows is no reason to refuse
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => server.emit('request', request, response));
  return engine;
};
