import { fork } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Lookups } from '@boucle/adapters';
import { Lookup, mustExecute, NAMESPACE, Request, SearchIndex } from '@boucle/eventsourcing';
import { referenceLookup, SearchEntry } from '@boucle/clients';
import { Random, randomStream } from '@boucle/targeting';
import { Adapters, onFolder, openAdapters, SEARCH_FILE } from '../../apps/engine/src/adapters.js';
import { CommandDoor } from '../../apps/engine/src/door.js';
import { createEngine } from '../../apps/engine/src/http/server.js';
import { inFolder, load, progress, Result, result, seconds } from './measure.js';
import { CLIENTS, personOf, REGISTERED, SyntheticPerson } from './people.js';
import { Rebuilt } from './rebuilding.js';

const QUERIES = 1_000;
const IMPORTED_AT_ONCE = 50;
/** Of the process that rebuilds every read model, MB: its heap, and all of it. */
const HEAP = 512;
const MOST_MEMORY = 1000;

const mistyped = (random: Random, text: string): string => {
  const at = 1 + Math.floor(random.uniform() * (text.length - 2));
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  return [
    before + after,
    `${before}${text[at]}${text[at]}${after}`,
    `${before}e${after}`,
    `${before}${after[0]}${text[at]}${after.slice(1)}`,
  ][Math.floor(random.uniform() * 4)];
};

/** What is typed to find a person by his name: half as it is, else its beginning or with a typo. */
const nameQuery = (random: Random, { firstName, lastName }: SyntheticPerson): string => {
  const drawn = random.uniform();
  if (drawn < 0.3) return `${firstName} ${lastName}`;
  if (drawn < 0.5) return lastName;
  if (drawn < 0.7) return lastName.slice(0, 2 + Math.floor(random.uniform() * 4));
  if (drawn < 0.85) return `${firstName.slice(0, 3)} ${lastName.slice(0, 3)}`;
  return `${firstName} ${mistyped(random, lastName)}`;
};

const streetQuery = (random: Random, { street, houseNumber, locality }: SyntheticPerson): string => {
  const drawn = random.uniform();
  if (drawn < 0.3) return street;
  if (drawn < 0.5) return `${street} ${houseNumber}`;
  if (drawn < 0.6) return `${street} ${locality}`;
  if (drawn < 0.85) return street.slice(0, 4 + Math.floor(random.uniform() * 4));
  return mistyped(random, street);
};

const endingOf = (phone: string | null, count: number): string | null => phone && phone.slice(-count);

type Draw = (random: Random, person: SyntheticPerson) => string | null;

const found = (text: string | null, kind?: string): string | null =>
  text && `/clients?search=${encodeURIComponent(text)}${kind ? `&kind=${kind}` : ''}`;

const CARD = 'card number, at a till';

/** What is asked, and what a page must not take longer than, in ms: alone, and while an import runs. */
const KINDS: Readonly<Record<string, { bar: number; draw: Draw }>> = {
  'one box, names': { bar: 50, draw: (random, person) => found(nameQuery(random, person)) },
  name: { bar: 50, draw: (random, person) => found(nameQuery(random, person), 'name') },
  street: { bar: 50, draw: (random, person) => found(streetQuery(random, person), 'street') },
  'last digits of a phone': {
    bar: 50,
    draw: (random, { mobile }) => found(endingOf(mobile, 4 + Math.floor(random.uniform() * 3)), 'phone'),
  },
  'e-mail': { bar: 5, draw: (_, { email }) => found(email, 'email') },
  phone: { bar: 5, draw: (_, { mobile }) => found(mobile && `0${mobile.slice(3, 5)} ${mobile.slice(5)}`, 'phone') },
  'ERP number': { bar: 5, draw: (_, { erp }) => found(erp, 'number') },
  [CARD]: { bar: 5, draw: (_, { card }) => card && `/clients/by-reference?system=card&number=${card}` },
};
const WHILE_IMPORTING = 150;
/** What no single search may hold the event loop for, ms. */
const LONGEST = 60;

/** So many queries of persons in the order in which they come, which are as frequent as their names. */
const queriesOf = (kind: string, draw: Draw, purpose = 'queries'): { person: SyntheticPerson; query: string }[] => {
  const random = randomStream(purpose, kind);
  const queries: { person: SyntheticPerson; query: string }[] = [];
  while (queries.length < QUERIES) {
    const person = personOf(Math.floor(random.uniform() * CLIENTS));
    const query = draw(random, person);
    if (query !== null) queries.push({ person, query });
  }
  return queries;
};

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];

interface Measured {
  /** How long each answer took, ms. */
  readonly clock: readonly number[];
  /** How long each search held the event loop, ms of a processor. */
  readonly held: readonly number[];
}

/** An index that notes what each search takes of a processor: all of it at once. */
const watched = (index: SearchIndex<SearchEntry>, held: number[]): SearchIndex<SearchEntry> =>
  Object.assign(Object.create(index) as SearchIndex<SearchEntry>, {
    find: (...asked: Parameters<typeof index.find>) => {
      const before = process.cpuUsage();
      const hits = index.find(...asked);
      const { user, system } = process.cpuUsage(before);
      held.push((user + system) / 1000);
      return hits;
    },
  });

/** Asks over HTTP, one after the other. */
const measure = async (url: string, queries: readonly string[], held: number[]): Promise<Measured> => {
  held.length = 0;
  const asking = fork(join(__dirname, 'asking.js'), [url], { execArgv: [] });
  const ended = once(asking, 'exit');
  asking.send(queries);
  const [clock] = (await Promise.race([once(asking, 'message'), ended])) as [number[]];
  await ended;
  if (!Array.isArray(clock)) throw new Error('a query was not answered');
  return { clock, held: [...held] };
};

/** Registers new clients through the one door until it is told to stop; gives how many. */
const importing = async (door: CommandDoor, stopped: () => boolean): Promise<number> => {
  const cause = { id: NAMESPACE, correlationId: NAMESPACE, now: '2026-03-01T09:00:00.000Z', actor: 'benchmark' };
  let n = CLIENTS;
  for (; !stopped(); n += IMPORTED_AT_ONCE) {
    const people = Array.from({ length: IMPORTED_AT_ONCE }, (_, i) => personOf(n + i));
    await mustExecute(
      door,
      people.map(({ clientId, firstName, lastName }) => ({
        message: { type: 'RegisterClient', data: { clientId, attributes: {}, person: { firstName, lastName } } },
        cause: { ...cause, key: clientId },
      })),
    );
    await mustExecute(
      door,
      people.flatMap(({ clientId, street, houseNumber, postalCode, locality, mobile }): Request[] => {
        const address = { street, houseNumber, postalCode, locality, country: 'CH' };
        const added = {
          message: { type: 'AddAddress', data: { clientId, addressId: 'home', address } },
          cause: { ...cause, key: `a ${clientId}` },
        };
        const phone = {
          message: { type: 'AddPhone', data: { clientId, phoneId: 'own', phone: mobile } },
          cause: { ...cause, key: `p ${clientId}` },
        };
        return mobile ? [added, phone] : [added];
      }),
    );
  }
  return n - CLIENTS;
};

/** Rebuilds every read model in a process of its own, whose heap is small. */
const rebuilt = async (folder: string): Promise<Rebuilt> => {
  const rebuilding = fork(join(__dirname, 'rebuilding.js'), [folder], { execArgv: [`--max-old-space-size=${HEAP}`] });
  const ended = once(rebuilding, 'exit').then(([code]) => Promise.reject(new Error(`the rebuild ended with ${code}`)));
  const [taken] = (await Promise.race([once(rebuilding, 'message'), ended])) as [Rebuilt];
  await ended.catch(() => undefined);
  return taken;
};

/** Search as one types over 1 M clients: documents and index as the processors make them, asked over HTTP. */
export const searchBenchmark = (): Promise<Result[]> =>
  inFolder(async (folder) => {
    const config = onFolder(join(folder, 'engine'));
    const { all, indexed, peak } = await rebuilt(config.dir);
    const adapters = await openAdapters(config);
    try {
      const bytes = statSync(join(config.dir, SEARCH_FILE)).size;
      return [
        result(`clients per second as all their read models are rebuilt, ${CLIENTS} clients`, CLIENTS / all),
        result('memory while they are rebuilt, MB', peak, MOST_MEMORY, true),
        result('clients indexed for search per second', CLIENTS / indexed),
        result('bytes of the index per client', bytes / CLIENTS),
        ...(await asked(adapters, adapters.openIndex())),
      ];
    } finally {
      await adapters.close();
    }
  });

/** How long the engine takes to answer, alone and while an import runs. */
const asked = async (adapters: Adapters, index: SearchIndex<SearchEntry>): Promise<Result[]> => {
  const held: number[] = [];
  const engine = await createEngine({ ...adapters, openIndex: () => watched(index, held) }, {});
  try {
    const door = engine.get(CommandDoor);
    await claimCards(door, await new Lookups(adapters.vault).lookup());
    await engine.listen(0, '127.0.0.1');
    const url = await engine.getUrl();
    const queries = Object.entries(KINDS).map(([kind, { draw }]) => queriesOf(kind, draw).map(({ query }) => query));
    const results: Result[] = [];
    for (const [n, [kind, { bar, draw }]] of Object.entries(KINDS).entries()) {
      const others = queriesOf(kind, draw, 'warming up').map(({ query }) => query);
      await measure(url, kind === CARD ? queries[n] : others, held);
      results.push(...p99(kind, await measure(url, queries[n], held), bar));
    }
    let over = false;
    let imported = 0;
    const taken = await seconds(async () => {
      const running = importing(door, () => over);
      const mixed = queries[0].map((_, i) => queries[i % queries.length][i]);
      results.push(...p99('any of these while an import runs', await measure(url, mixed, held), WHILE_IMPORTING));
      over = true;
      imported = await running;
    });
    return [...results, result('clients imported per second meanwhile', imported / taken)];
  } finally {
    await engine.close();
  }
};

const p99 = (kind: string, { clock, held }: Measured, bar: number): Result[] => {
  const told = (values: readonly number[]): string =>
    [0.5, 0.99, 1].map((share) => `p${share * 100} ${percentile(values, share).toFixed(1)}`).join(', ');
  const holding = held.length > 0 ? `; of a processor ${told(held)} ms at once` : '';
  progress(`${kind}: ${told(clock)} ms${holding}; load ${load()}`);
  const results = [result(`p99 by ${kind}, ms`, percentile(clock, 0.99), bar, true)];
  // while others work the processor is not the search's alone
  const longest = bar === WHILE_IMPORTING ? null : LONGEST;
  return held.length > 0 ? [...results, result('the longest search, ms of a processor', Math.max(...held), longest, true)] : results;
};

/** Gives the cards that are asked for to their clients, as a registration does. */
const claimCards = async (door: CommandDoor, lookup: Lookup): Promise<void> => {
  const cause = { id: NAMESPACE, correlationId: NAMESPACE, now: REGISTERED, actor: 'benchmark' };
  const claims = queriesOf(CARD, KINDS[CARD].draw).map(({ person: { clientId, card } }): Request => {
    const claim = { lookup: referenceLookup(lookup, 'card', card!), clientId };
    return { message: { type: 'ClaimReference', data: claim }, cause: { ...cause, key: claim.lookup } };
  });
  await mustExecute(door, claims);
};
