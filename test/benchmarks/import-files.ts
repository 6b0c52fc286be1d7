import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MappingFields } from '@boucle/importing';
import { randomStream } from '@boucle/targeting';
import { inGroups } from './events.js';
import { Part } from './importing.js';
import { personOf } from './people.js';

const FIRST_DAY = Date.parse('2021-01-01T00:00:00Z');
const YEARS_MS = 5 * 365 * 86_400_000;
const LINES_AT_ONCE = 1000;

const dayBehind = (share: number): string => new Date(FIRST_DAY + share * YEARS_MS).toISOString().slice(0, 10);

const written = async (path: string, header: string, rows: Iterable<string>): Promise<void> => {
  function* chunks(): Generator<string> {
    yield `${header}\n`;
    for (const some of inGroups(rows, LINES_AT_ONCE)) yield `${some.join('\n')}\n`;
  }
  await pipeline(Readable.from(chunks()), createWriteStream(path));
};

const REGIONS = ['north', 'east', 'south', 'west'];

/** What a mailing list knows of somebody: his e-mail address, his name and some attributes. */
export const thinFile = async (folder: string, rows: number): Promise<Part> => {
  const path = join(folder, 'list.csv');
  function* lines(): Generator<string> {
    for (let n = 0; n < rows; n++) {
      const { firstName, lastName } = personOf(n);
      yield `person.${n}@example.org,${firstName},${lastName},${REGIONS[n % 4]},${20 + (n % 60)}`;
    }
  }
  await written(path, 'email,first,last,region,age', lines());
  const columns = { client: 'email', email: 'email', firstName: 'first', lastName: 'last' };
  const mapping: MappingFields = {
    source: 'list',
    kind: 'clients',
    columns: { ...columns, 'attributes.region': 'region', 'attributes.age': 'age' },
  };
  return { path, mapping };
};

const BORN = Date.parse('1940-01-01T00:00:00Z');
const BORN_WITHIN_DAYS = 60 * 365;

/** Everything that a shop knows of its clients. */
export const clientsFile = async (folder: string, clients: number): Promise<Part> => {
  const path = join(folder, 'clients.csv');
  function* lines(): Generator<string> {
    for (let n = 0; n < clients; n++) {
      const { erp, firstName, lastName, street, houseNumber, postalCode, locality, email, mobile } = personOf(n);
      const born = new Date(BORN + ((n * 7919) % BORN_WITHIN_DAYS) * 86_400_000).toISOString().slice(0, 10);
      const civility = n % 2 === 0 ? 'ms' : 'mr';
      const language = ['de', 'fr', 'it'][n % 3];
      const person = [erp, dayBehind(0), civility, firstName, lastName, born, language];
      yield [...person, street, houseNumber, postalCode, locality, 'CH', email ?? '', mobile ?? ''].join(';');
    }
  }
  const header = 'no;since;civility;first;last;born;language;street;house;zip;town;country;email;phone';
  await written(path, header, lines());
  const mapping: MappingFields = {
    source: 'shop',
    kind: 'clients',
    columns: {
      client: 'no',
      registeredOn: 'since',
      civility: 'civility',
      firstName: 'first',
      lastName: 'last',
      birthDate: 'born',
      language: 'language',
      street: 'street',
      houseNumber: 'house',
      postalCode: 'zip',
      locality: 'town',
      country: 'country',
      email: 'email',
      phone: 'phone',
    },
  };
  return { path, mapping };
};

/** What they bought, by date and not by client, a line for each invoice. */
export const purchasesFile = async (folder: string, clients: number, purchases: number): Promise<Part> => {
  const path = join(folder, 'purchases.csv');
  const random = randomStream('purchases');
  function* lines(): Generator<string> {
    for (let n = 0; n < purchases; n++) {
      const client = `K-${100_000 + Math.floor(random.uniform() * clients)}`;
      const price = `${5 + Math.floor(random.uniform() * 195)}.${10 + Math.floor(random.uniform() * 90)}`;
      yield `${client};${1_000_000 + n};${dayBehind(n / purchases)};A-${n % 5000};${1 + (n % 3)};${price}`;
    }
  }
  await written(path, 'no;invoice;date;article;quantity;price', lines());
  const columns = { client: 'no', invoice: 'invoice', date: 'date', article: 'article', quantity: 'quantity', unitPrice: 'price' };
  return { path, mapping: { source: 'shop', kind: 'purchases', columns, values: { currency: 'CHF' } } };
};
