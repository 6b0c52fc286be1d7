import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from './json-text.js';
import { MarketError } from './market.js';
import { folderWith, refusal, sampleTrial } from './testing.js';
import { checkTrialFile, readTrialFile } from './trial-file.js';

const trials = join(__dirname, '../../../../test/trials');
const json = (name: string): object => JSON.parse(readFileSync(join(trials, name), 'utf8'));
const ajv = new Ajv({ allErrors: true });
const fitsSchema = ajv.compile(json('trial.schema.json'));

const full = {
  ...sampleTrial,
  $schema: './trial.schema.json',
  delimiter: ';',
  start: '2023-02-28',
  id: ' id ',
  value: { column: 'spend' },
  offers: { mail: { cost: 0.105, margin: 2.5, channel: 'post' }, none: { margin: 2.5 } },
};

const good: [string, object][] = [
  ['the Hillstrom trial', json('hillstrom.json')],
  ['only what is needed', sampleTrial],
  ['everything', full],
  ['one probability for all arms', { ...sampleTrial, probabilities: 0.5 }],
  ['a column of probabilities', { ...sampleTrial, probabilities: { column: 'p' } }],
  ['an offer called column', { ...sampleTrial, offer: { column: 'arm' }, probabilities: { column: 0.4, mail: 0.6 } }],
  ['no cells', { ...sampleTrial, cells: [] }],
  ['numbers as positive values', { ...sampleTrial, response: { column: 'visit', positive: [1, 'yes'] } }],
  ['a tab as delimiter', { ...sampleTrial, delimiter: '\t' }],
  ['an offer with default terms', { ...sampleTrial, offers: { mail: {} } }],
];

const without = (key: string): object => Object.fromEntries(Object.entries(sampleTrial).filter(([name]) => name !== key));
const offer = (terms: unknown): object => ({ ...sampleTrial, offers: { mail: terms } });

/** What is wrong, the file, and words of the refusal: the field, and the remedy. */
const bad: [string, unknown, string[]][] = [
  ['a list', [], ['one object']],
  ['a misspelt field', { ...sampleTrial, atributes: [] }, ['"atributes"', 'Did you mean "attributes"?']],
  ['a field far from all others', { ...sampleTrial, quux: 1 }, ['"quux"', '"probabilities"']],
  ['a misspelt inner field', { ...sampleTrial, offer: { colunm: 'arm' } }, ['"offer.colunm"', '"column"']],
  ...['name', 'file', 'offer', 'probabilities', 'response', 'attributes', 'cells'].map((key): [string, unknown, string[]] => [
    `no ${key}`,
    without(key),
    [`"${key}" is missing`, 'Give'],
  ]),
  ['no offer column', { ...sampleTrial, offer: {} }, ['"offer.column" is missing', 'name of a column']],
  ['an empty name', { ...sampleTrial, name: ' ' }, ['"name" cannot be " "', 'Give']],
  ['a number as file', { ...sampleTrial, file: 3 }, ['"file" cannot be 3', 'CSV']],
  ['a long delimiter', { ...sampleTrial, delimiter: '||' }, ['"delimiter"', 'one character']],
  ['a quote as delimiter', { ...sampleTrial, delimiter: '"' }, ['"delimiter"', 'one character']],
  ['a time as start', { ...sampleTrial, start: '2024-1-1' }, ['"start"', '"2024-01-01"']],
  ['null as id', { ...sampleTrial, id: null }, ['"id"', 'column']],
  [
    'an empty value for not contacted',
    { ...sampleTrial, offer: { column: 'arm', notContacted: '' } },
    ['"offer.notContacted"', 'got nothing'],
  ],
  ['a probability of 0', { ...sampleTrial, probabilities: 0 }, ['"probabilities" cannot be 0', 'above 0']],
  [
    'a probability above 1',
    { ...sampleTrial, probabilities: { mail: 1.5, none: 0.5 } },
    ['"probabilities.mail" cannot be 1.5', 'at most 1'],
  ],
  ['a text as probability', { ...sampleTrial, probabilities: { mail: 'half', none: 0.5 } }, ['"probabilities.mail"', 'number']],
  ['text as probabilities', { ...sampleTrial, probabilities: '0.5' }, ['"probabilities" cannot be "0.5"', '{"column": name}']],
  ['one probability', { ...sampleTrial, probabilities: { mail: 1 } }, ['"probabilities"', '2 to 20']],
  ['a column and an arm', { ...sampleTrial, probabilities: { column: 'p', mail: 1 } }, ['"probabilities.mail"', '"column"']],
  ['an arm without a name', { ...sampleTrial, probabilities: { '': 0.5, mail: 0.5 } }, ['"probabilities"', '2 to 20']],
  ['no positive value', { ...sampleTrial, response: { column: 'visit', positive: [] } }, ['"response.positive"', '["1"]']],
  ['a positive value alone', { ...sampleTrial, response: { column: 'visit', positive: '1' } }, ['"response.positive"', 'list']],
  ['true as positive', { ...sampleTrial, response: { column: 'visit', positive: [true] } }, ['"response.positive[0]"', 'text or a number']],
  ['a text as value', { ...sampleTrial, value: 'spend' }, ['"value" cannot be "spend"', '{"column": "spend"}']],
  ['no attributes', { ...sampleTrial, attributes: [], cells: [] }, ['"attributes"', 'at least one']],
  ['an attribute twice', { ...sampleTrial, attributes: ['age', 'age'] }, ['"attributes" names "age" twice', 'once']],
  ['a number as attribute', { ...sampleTrial, attributes: [1], cells: [] }, ['"attributes[0]"', 'column']],
  ['a text as cells', { ...sampleTrial, cells: 'age' }, ['"cells"', 'list of columns']],
  ['no offers', { ...sampleTrial, offers: {} }, ['"offers"', '1 to 20']],
  ['a text as terms', offer('cheap'), ['"offers.mail"', '"cost"']],
  ['a negative cost', offer({ cost: -1 }), ['"offers.mail.cost" cannot be -1', 'from 0']],
  ['a text as margin', offer({ margin: '3' }), ['"offers.mail.margin"', 'amount of money']],
  ['an unknown channel', offer({ channel: 'fax' }), ['"offers.mail.channel" cannot be "fax"', '"email"', '"phone"']],
  ['a misspelt term', offer({ costs: 1 }), ['"offers.mail.costs"', '"cost"']],
];

/** Wrong by what several fields say together, which a JSON Schema cannot tell. */
const contradictory: [string, object, string[]][] = [
  ['a day that does not exist', { ...sampleTrial, start: '2023-02-30' }, ['"start"', 'no such day', '"2024-01-01"']],
  ['a cell that is no attribute', { ...sampleTrial, cells: ['agee'] }, ['"cells" names "agee"', 'Did you mean "age"?']],
  ['a cell like no attribute', { ...sampleTrial, cells: ['region'] }, ['"cells" names "region"', 'Add it to "attributes"']],
  ['the response as attribute', { ...sampleTrial, attributes: ['age', 'visit'] }, ['"attributes" names "visit"', 'Take it out']],
  ['the arm as attribute', { ...sampleTrial, attributes: ['age', 'arm'] }, ['"attributes" names "arm"', 'Take it out']],
  ['a sum above 1', { ...sampleTrial, probabilities: { mail: 0.6, none: 0.5 } }, ['sum to 1.1000', 'every arm']],
  ['a sum below 1', { ...sampleTrial, probabilities: { mail: 0.494, none: 0.5 } }, ['sum to 0.9940', 'every arm']],
  ['terms of an unlisted arm', { ...sampleTrial, offers: { mial: {} } }, ['"offers" names "mial"', 'Did you mean "mail"?']],
  [
    'not contacted is unlisted',
    { ...sampleTrial, offer: { column: 'arm', notContacted: 'nobody' } },
    ['"offer.notContacted"', '"nobody"', 'probability'],
  ],
  ['not contacted has a cost', { ...sampleTrial, offers: { none: { cost: 1 } } }, ['"none"', 'Leave its cost out']],
];

const refused = (content: unknown): string => {
  try {
    checkTrialFile(content);
    return '';
  } catch (error) {
    return error instanceof MarketError ? error.message : `not a MarketError: ${String(error)}`;
  }
};

describe('a trial file', () => {
  it.each(good)('may hold %s', (_, content) => {
    expect(refused(content)).toBe('');
    expect(fitsSchema(content) || fitsSchema.errors).toBe(true);
  });

  it.each(bad)('is refused with %s, by its schema too', (_, content, words) => {
    for (const word of words) expect(refused(content)).toContain(word);
    expect(fitsSchema(content)).toBe(false);
  });

  it.each(contradictory)('is refused with %s', (_, content, words) => {
    for (const word of words) expect(refused(content)).toContain(word);
  });

  it('fills in what is left out', () => {
    expect(checkTrialFile(sampleTrial)).toMatchObject({ delimiter: ',', start: '2024-01-01', id: null, value: null });
  });

  it('gives money in integer cents', () => {
    expect(checkTrialFile(full).offers.get('mail')).toEqual({ cost: 11, margin: 250, channel: 'post' });
    expect(checkTrialFile(full).offers.get('none')).toEqual({ cost: 0, margin: 250, channel: 'email' });
  });

  it('that does not exist is refused with its name', async () => {
    expect(await refusal(readTrialFile('/nowhere/trial.json'))).toMatch(/MarketError: .*\/nowhere\/trial.json.*ENOENT.*existing/);
  });

  it('is named in a refusal of its content', async () => {
    const folder = folderWith({ 'trial.json': { ...sampleTrial, name: 1 } });
    expect(await refusal(readTrialFile(join(folder, 'trial.json')))).toMatch(/trial\.json: "name" cannot be 1/);
  });

  it('may begin with a byte order mark', async () => {
    const folder = folderWith({ 'trial.json': `\uFEFF${JSON.stringify(sampleTrial)}` });
    expect((await readTrialFile(join(folder, 'trial.json'))).name).toBe('sample');
  });
});

describe('malformed JSON', () => {
  it.each([
    ['{"a": 1,}', 'line 1, column 9'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
    ['', 'line 1, column 1'],
    ['{"a": [1, 2', 'the end of the file cannot stand at line 1, column 12'],
    ['nonsense', '"n" cannot stand at line 1, column 1'],
    ["{'a': 1}", 'line 1, column 2'],
    ['{"a": 01}', 'line 1, column 8'],
    ['{"a": "x\ny"}', 'line 1, column 7'],
    ['{} {}', 'line 1, column 4'],
    ['[1, , 2]', 'line 1, column 5'],
  ])('%j is refused with its position', (text, place) => {
    expect(() => parseJson(text, 'x.json')).toThrow(place);
    expect(() => parseJson(text, 'x.json')).toThrow('comma, quote or bracket');
  });
});
