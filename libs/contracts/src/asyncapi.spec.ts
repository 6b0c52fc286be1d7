import { readFileSync } from 'node:fs';
import { Ajv, ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { asyncApi } from './asyncapi.js';
import { binaryHeaders, CloudEvent, cloudEvent } from './envelope.js';
import { IN_TOPICS } from './in-topics.js';
import { PUBLIC_TOPICS } from './topics.js';

const contracts = PUBLIC_TOPICS.flatMap(({ messages }) => Object.values(messages));

const heard = Object.values(IN_TOPICS);

const official = (): ValidateFunction => {
  const schema = JSON.parse(readFileSync(require.resolve('@asyncapi/specs/schemas/3.0.0.json'), 'utf8')) as object;
  // it brings the meta-schema along
  return addFormats(new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false })).compile(schema);
};

const resolve = (document: object, ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((place, name) => (place as Record<string, unknown> | undefined)?.[name], document);

const refsIn = (value: unknown): string[] =>
  value !== null && typeof value === 'object'
    ? Object.entries(value).flatMap(([name, item]) => (name === '$ref' ? [item as string] : refsIn(item)))
    : [];

describe('The AsyncAPI document', () => {
  const document = asyncApi('1.2.3');

  it('is valid by the official schema of AsyncAPI 3', () => {
    const validate = official();
    expect(validate(document) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...document, channels: { broken: { address: 1 } } })).toBe(false);
  });

  it('has no loose ends', () => {
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(2 * contracts.length);
    expect(refs.filter((ref) => resolve(document, ref) === undefined)).toEqual([]);
  });

  it('names every topic and message once', () => {
    expect(Object.keys(document.channels)).toEqual([...PUBLIC_TOPICS.map(({ name }) => name), ...heard.map(({ topic }) => topic)]);
    expect(Object.keys(document.components.messages).sort()).toEqual(
      [...contracts.map(({ name }) => name), ...heard.map(({ message }) => message)].sort(),
    );
    expect(new Set(contracts.map(({ type }) => type)).size).toBe(contracts.length);
  });
});

describe('The envelope', () => {
  const origin = {
    position: 2 ** 53 - 1,
    recordedAt: '2026-03-02T09:00:00.000Z',
    metadata: { id: 'event-1', occurredAt: '2026-03-01T09:00:00.000Z', correlationId: 'request-1', causationId: 'command-1' },
  };
  const [contract] = contracts;
  const payload = { clientId: 'ann' };
  const headers = binaryHeaders('event-1.3', contract, 'ann', origin);
  const whole = cloudEvent('event-1.3', contract, payload, origin);

  it('says the same in headers and in one text', () => {
    const { data, datacontenttype, ...attributes } = whole;
    expect(data).toBe(payload);
    const said = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
    expect(headers).toEqual({ 'content-type': datacontenttype, ...said });
  });

  it('is a CloudEvent 1.0', () => {
    const required: (keyof CloudEvent)[] = ['specversion', 'id', 'source', 'type'];
    for (const name of required) expect(whole[name]).not.toBe('');
    for (const [name, value] of Object.entries(whole)) {
      expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      if (name !== 'data') expect(typeof value).toBe('string');
    }
    expect(whole.position).toBe('9007199254740991');
  });

  it('is as the document says', () => {
    const ajv = addFormats(new Ajv({ strict: false }));
    for (const one of contracts) {
      const { headers: schema } = asyncApi('1').components.messages[one.name];
      const of = binaryHeaders('event-1', one, 'ann', origin);
      expect(ajv.validate(schema, of)).toBe(true);
      expect(Object.keys(schema.properties)).toEqual(Object.keys(of));
    }
  });
});
