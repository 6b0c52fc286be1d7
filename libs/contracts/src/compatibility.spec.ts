import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { breakingChanges, breakingRevision } from './compatibility.js';
import { Schema } from './shapes.js';

const ajv = addFormats(new Ajv({ strict: false, addUsedSchema: false }));
const accepts = (schema: Schema, value: unknown): boolean => ajv.compile(schema)(value);

const NAMES = ['a', 'b', 'c', 'd'];
const WORDS = ['red', 'green', 'blue', 'black'];
const LOWER = '^[a-z]+$';

const leaf: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom<Schema>({ type: 'string' }, { type: 'boolean' }, { type: 'number' }, { type: 'integer' }),
  fc.constantFrom<Schema>({ type: 'string', pattern: LOWER }, { type: 'string', format: 'date-time' }),
  fc.integer({ min: -3, max: 3 }).map((minimum): Schema => ({ type: 'integer', minimum })),
  fc.subarray(WORDS, { minLength: 1 }).map((words): Schema => ({ type: 'string', enum: words })),
);

const orNull = (schema: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> =>
  fc.tuple(schema, fc.boolean()).map(([one, nullable]): Schema => {
    if (!nullable) return one;
    return { ...one, type: [one.type as string, 'null'], ...(one.enum && { enum: [...one.enum, null] }) };
  });

const anySchema = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    orNull(leaf),
    orNull(tie('schema').map((items): Schema => ({ type: 'array', items }))),
    orNull(tie('schema').map((additionalProperties): Schema => ({ type: 'object', additionalProperties }))),
    orNull(
      fc
        .tuple(fc.dictionary(fc.constantFrom(...NAMES), tie('schema')), fc.subarray(NAMES), fc.option(tie('schema'), { nil: undefined }))
        .map(([properties, wanted, rest]): Schema => ({
          type: 'object',
          properties,
          required: wanted.filter((name) => name in properties),
          ...(rest && { additionalProperties: rest }),
        })),
    ),
  ),
})).schema;

/** What a schema describes, all of it but not only the usual. */
const instancesOf = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const of = (type: string): fc.Arbitrary<unknown> => {
    switch (type) {
      case 'null':
        return fc.constant(null);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer({ min: schema.minimum ?? -5, max: 5 });
      case 'number':
        return fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(0.5));
      case 'array':
        return fc.array(instancesOf(schema.items!), { maxLength: 2 });
      case 'object': {
        const { properties = {}, required = [], additionalProperties } = schema;
        const known = Object.fromEntries(Object.entries(properties).map(([name, inside]) => [name, instancesOf(inside)]));
        const others = NAMES.filter((name) => !(name in properties));
        const rest = fc.dictionary(
          fc.constantFrom(...others, 'other'),
          additionalProperties ? instancesOf(additionalProperties) : fc.constantFrom<unknown>(1, 'x', null, {}),
        );
        return fc.tuple(fc.record(known, { requiredKeys: [...required] }), rest).map(([own, more]) => ({ ...more, ...own }));
      }
      default:
        if (schema.format) return fc.constant('2026-03-01T09:00:00Z');
        return schema.pattern ? fc.constantFrom('red', 'yellow') : fc.constantFrom('red', '', 'Ärger 7');
    }
  };
  return fc.oneof(...(typeof schema.type === 'string' ? [schema.type] : schema.type).map(of));
};

/** Schemas that differ by a few changes of every kind. */
const changed = (schema: Schema): fc.Arbitrary<Schema> => {
  const { properties } = schema;
  const choices: fc.Arbitrary<Schema>[] = [fc.constant(schema), anySchema];
  if (typeof schema.type === 'string' && !schema.enum) choices.push(fc.constant({ ...schema, type: [schema.type, 'null'] }));
  if (typeof schema.type !== 'string' && !schema.enum) choices.push(fc.constant({ ...schema, type: schema.type[0] }));
  if (schema.enum) choices.push(fc.subarray([...schema.enum], { minLength: 1 }).map((words) => ({ ...schema, enum: words })));
  if (schema.minimum !== undefined) choices.push(fc.integer({ min: -3, max: 3 }).map((minimum) => ({ ...schema, minimum })));
  if (schema.items) choices.push(changed(schema.items).map((items) => ({ ...schema, items })));
  if (schema.additionalProperties)
    choices.push(changed(schema.additionalProperties).map((additionalProperties) => ({ ...schema, additionalProperties })));
  if (properties) {
    choices.push(
      fc.tuple(fc.constantFrom(...NAMES), anySchema).map(([name, more]) => ({ ...schema, properties: { [name]: more, ...properties } })),
      fc.subarray(Object.keys(properties)).map((required) => ({ ...schema, required })),
    );
    for (const [name, inside] of Object.entries(properties))
      choices.push(changed(inside).map((other) => ({ ...schema, properties: { ...properties, [name]: other } })));
  }
  return fc.oneof(...choices);
};

describe('The rules of compatibility', () => {
  it('let no change pass after which a message is none of the published ones', () => {
    let passed = 0;
    const change = anySchema.chain((before) => fc.tuple(fc.constant(before), changed(before)));
    fc.assert(
      fc.property(
        change.chain(([before, after]) => fc.tuple(fc.constant(before), fc.constant(after), instancesOf(after))),
        ([before, after, message]) => {
          expect(accepts(after, message)).toBe(true);
          if (breakingChanges(before, after).length > 0) return;
          if (before !== after) passed++;
          expect(accepts(before, message)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
    expect(passed).toBeGreaterThan(10);
  });

  it('have nothing against what stays as it is', () => {
    fc.assert(fc.property(anySchema, (schema) => expect(breakingChanges(schema, schema)).toEqual([])));
  });

  const published: Schema = {
    type: 'object',
    properties: {
      name: { type: 'string', pattern: LOWER },
      colour: { type: 'string', enum: ['red', 'green'] },
      size: { type: ['integer', 'null'], minimum: 0 },
      parts: { type: 'array', items: { type: 'object', properties: { weight: { type: 'number' } }, required: ['weight'] } },
      counts: { type: 'object', additionalProperties: { type: 'integer' } },
    },
    required: ['name', 'colour', 'size', 'parts', 'counts'],
  };
  const withField = (name: string, schema: Schema): Schema => ({ ...published, properties: { ...published.properties, [name]: schema } });
  const { name: _, ...nameless } = published.properties!;

  it.each<[change: string, after: Schema, said: string]>([
    ['a field is removed', { ...published, properties: nameless }, 'payload.name: was removed'],
    ['a field may be left out', { ...published, required: ['name', 'size', 'parts', 'counts'] }, 'payload.colour: may now be left out'],
    ['a type changes', withField('size', { type: 'string', minimum: 0 }), 'payload.size: may now be of type string'],
    [
      'a whole number may be a fraction',
      withField('size', { type: ['number', 'null'], minimum: 0 }),
      'payload.size: may now be of type number',
    ],
    ['null may come', withField('name', { type: ['string', 'null'], pattern: LOWER }), 'payload.name: may now be of type null'],
    ['a word joins a closed list', withField('colour', { type: 'string', enum: ['red', 'blue'] }), 'payload.colour: blue joined'],
    ['a closed list opens', withField('colour', { type: 'string' }), 'payload.colour: the closed list'],
    ['a pattern changes', withField('name', { type: 'string' }), 'payload.name: the pattern changed'],
    ['a minimum falls', withField('size', { type: 'integer', minimum: -1 }), 'payload.size: the minimum fell'],
    [
      'a field inside a list is removed',
      withField('parts', { type: 'array', items: { type: 'object', properties: {}, required: ['weight'] } }),
      'payload.parts[].weight: was removed',
    ],
    [
      'a value by name changes its type',
      withField('counts', { type: 'object', additionalProperties: { type: 'string' } }),
      'payload.counts.*: may now be of type string',
    ],
  ])('refuse it when %s', (_change, after, said) => {
    expect(breakingChanges(published, after)).toEqual([expect.stringContaining(said)]);
  });

  it.each<[change: string, after: Schema]>([
    ['a field is added', withField('note', { type: 'string' })],
    ['a field is no longer null', withField('size', { type: 'integer', minimum: 0 })],
    ['a minimum rises', withField('size', { type: ['integer', 'null'], minimum: 1 })],
    ['a word leaves a closed list', withField('colour', { type: 'string', enum: ['red'] })],
    ['a description changes', withField('name', { type: 'string', pattern: LOWER, description: 'Of the thing' })],
  ])('allow it when %s', (_change, after) => {
    expect(breakingChanges(published, after)).toEqual([]);
  });

  it('refuse another key and a kind of message less, and allow one more', () => {
    const revision = { key: 'clientId', messages: { Happened: published } };
    expect(breakingRevision(revision, { ...revision, key: 'campaignId' })).toEqual(['the key changed from clientId to campaignId']);
    expect(breakingRevision(revision, { key: 'clientId', messages: {} })).toEqual(['Happened: was removed']);
    expect(breakingRevision(revision, { key: 'clientId', messages: { Happened: published, More: published } })).toEqual([]);
  });
});
