import { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { CSV, JSON_LINES } from './admission.js';
import { KEY } from './documented.js';
import { filterSchema } from './filter.schema.js';

const DESCRIPTION = 'An event-sourced, closed-loop campaign engine: plan, launch, record reactions, and see why every decision was taken.';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object';

/** The decorators speak OpenAPI 3.0; in 3.1 a schema is JSON Schema, where null is a type. */
const modern = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(modern);
  if (!isObject(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([name, item]) => [name, modern(item)]));
  if (nullable !== true) return nullable === undefined ? rest : { ...rest, nullable };
  const { allOf, oneOf, type, ...others } = rest;
  if (allOf || oneOf) return { ...others, oneOf: [...((allOf ?? oneOf) as unknown[]), { type: 'null' }] };
  return { ...others, type: [type, 'null'] };
};

/** Every schema that a value of this one is made of. */
const reachable = (schemas: Record<string, unknown>, from: unknown, found = new Set<string>()): Set<string> => {
  if (!isObject(from)) return found;
  const name = typeof from.$ref === 'string' ? from.$ref.split('/').at(-1)! : null;
  if (name !== null && !found.has(name)) reachable(schemas, schemas[name], found.add(name));
  for (const item of Object.values(from)) reachable(schemas, item, found);
  return found;
};

/** The OpenAPI document of the engine. */
export const documentOf = (engine: INestApplication): OpenAPIObject => {
  const settings = new DocumentBuilder()
    .setTitle('Boucle')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth(
      { type: 'http', description: 'A key of the engine; none is needed as long as none was issued. Operations name the roles they take.' },
      KEY,
    )
    .addSecurityRequirements(KEY, ['administrator'])
    .build();
  const drawn = SwaggerModule.createDocument(engine, settings);
  const document = modern(drawn) as OpenAPIObject;
  const schemas: Record<string, unknown> = { ...document.components!.schemas, Filter: modern(filterSchema) };
  document.components!.schemas = schemas as NonNullable<OpenAPIObject['components']>['schemas'];
  for (const [path, { post, put }] of Object.entries(document.paths))
    for (const operation of [post, put]) {
      if (!operation?.requestBody || !('content' in operation.requestBody)) continue;
      // a body of lines: the generator knows no decorator for it
      if (path.endsWith('/bulk')) operation.requestBody.content = { [JSON_LINES]: { schema: { type: 'string' } } };
      if (path.endsWith('/csv')) operation.requestBody.content = { [CSV]: { schema: { type: 'string' } } };
      for (const name of reachable(schemas, operation.requestBody))
        if (isObject(schemas[name]) && 'properties' in schemas[name]) schemas[name].additionalProperties = false;
    }
  return document;
};
