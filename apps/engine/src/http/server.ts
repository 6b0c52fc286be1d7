import { NestFactory } from '@nestjs/core';
import { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import express, { NextFunction, Request, Response } from 'express';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { Clock } from '@boucle/eventsourcing';
import { Adapters, SystemClock } from '../adapters.js';
import { Config } from '../config.js';
import { EngineModule } from '../engine.module.js';
import { ProblemFilter } from './problem.filter.js';
import { ShapePipe } from './shape.js';

const BULK = /\/bulk\/?$/;

const mediaTypeOf = (path: string): string => (BULK.test(path) ? 'application/x-ndjson' : 'application/json');

/** Refuses a body of another media type than the operation documents. */
const mediaType = (request: Request, _: Response, next: NextFunction): void => {
  const wanted = mediaTypeOf(request.path);
  const given = request.is(wanted);
  next(given === false ? new UnsupportedMediaTypeException(`Send ${wanted}, not ${request.headers['content-type'] ?? 'an unnamed type'}`) : undefined);
};

/** The engine as an HTTP application on an open data folder; the folder closes with it. */
export const createEngine = async (
  adapters: Adapters,
  { bodyLimit, bulkLimit }: Pick<Config, 'bodyLimit' | 'bulkLimit'>,
  clock: Clock = new SystemClock(),
): Promise<NestExpressApplication> => {
  const engine = await NestFactory.create<NestExpressApplication>(EngineModule.on(adapters, clock), { bodyParser: false, logger: ['error', 'warn', 'log'] });
  engine.use(mediaType);
  engine.use(express.raw({ type: 'application/x-ndjson', limit: bulkLimit }));
  engine.use(express.json({ limit: bodyLimit, strict: false }));
  engine.useGlobalPipes(new ShapePipe());
  engine.useGlobalFilters(new ProblemFilter());
  const description = 'An event-sourced, closed-loop campaign engine: plan, launch, record reactions, and see why every decision was taken.';
  const document = SwaggerModule.createDocument(engine, new DocumentBuilder().setTitle('Boucle').setDescription(description).setVersion('0.1.0').build());
  // A bulk body is lines of JSON, which the generator knows no decorator for.
  for (const [path, item] of Object.entries(document.paths)) {
    const body = item.post?.requestBody;
    if (BULK.test(path) && body && 'content' in body) body.content = { 'application/x-ndjson': { schema: { type: 'string' } } };
  }
  SwaggerModule.setup('docs', engine, document, { jsonDocumentUrl: 'docs-json' });
  return engine;
};
