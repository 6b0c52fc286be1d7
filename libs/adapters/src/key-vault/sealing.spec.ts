import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Codec, hashLog, NewEvent, NO_STREAM, RecordedEvent, StoreUnavailableError } from '@boucle/eventsourcing';
import { EventStoreDbServer } from '../../../../test/support/eventstoredb-server/server.js';
import { EmbeddedEventStore } from '../event-store/embedded.js';
import { newEvent } from '../event-store/event-store.contract.js';
import { EventStoreDbEventStore } from '../event-store/eventstoredb.js';
import { CachedKeyVault } from './cached.js';
import { EmbeddedKeyVault } from './embedded.js';
import { erased } from './key-vault.contract.js';
import { Sealing } from './sealing.js';

type Data = { personal?: unknown } & Record<string, unknown>;

let folder: string;
let vault: CachedKeyVault;
let sealing: Sealing;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'boucle-sealing-'));
  vault = new CachedKeyVault(new EmbeddedKeyVault(join(folder, 'vault.sqlite'), join(folder, 'register.sqlite')));
  sealing = new Sealing(vault);
});
afterEach(() => {
  vault.close();
  rmSync(folder, { recursive: true });
});

const ada = { name: 'Ada Lovelace', emails: [{ id: 'e1', address: 'ada@example.com' }] };
const described = (personal: unknown, id?: string): NewEvent =>
  newEvent('PersonDescribed', { clientId: 'a', personal, language: 'en' }, id);
const stored = (stream: string, events: readonly NewEvent[]): RecordedEvent[] =>
  events.map((event, n) => ({ ...event, stream, revision: n, position: n + 1, recordedAt: '2026-01-05T09:00:00.000Z' }));
const personalIn = ({ data }: { data: object }): unknown => (data as Data).personal;

const otherwise = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;

describe('Sealing', () => {
  it('brings back any personal data, for every stream, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[a-z0-9._-]{1,20}$/),
        fc.array(fc.dictionary(fc.string(), fc.json()), { maxLength: 5 }),
        async (id, all) => {
          const events = all.map((personal) => described(personal));
          const sealed = await sealing.seal(`client-${id}`, events);
          expect(sealed.every((event) => typeof personalIn(event) === 'string')).toBe(true);
          const back = await sealing.open(stored(`client-${id}`, sealed));
          expect(back.map(({ data }) => JSON.stringify(data))).toEqual(events.map(({ data }) => JSON.stringify(data)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('shows nothing of it in a sealed event, and seals the same twice in different words', async () => {
    const [once, twice] = [await sealing.seal('client-a', [described(ada, 'e')]), await sealing.seal('client-a', [described(ada, 'e')])];
    expect(personalIn(once[0])).toMatch(/^[A-Za-z0-9+/]+=*$/);
    expect(personalIn(once[0])).not.toEqual(personalIn(twice[0]));
    expect(once[0].data).toMatchObject({ clientId: 'a', language: 'en' });
  });

  it('passes what has no personal data at once and untouched, and makes no vault for it', () => {
    const events = [newEvent('Met', { n: 1 }), described(null), newEvent('Met')];
    expect(sealing.seal('client-a', events)).toBe(events);
    const recorded = stored('client-a', events);
    expect(sealing.open(recorded)).toBe(recorded);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives null once the key is destroyed, and refuses to add anything personal', async () => {
    const sealed = stored('client-a', await sealing.seal('client-a', [described(ada), newEvent('Met', { n: 1 })]));
    await vault.destroy(erased('client-a'));
    expect((await sealing.open(sealed)).map(({ data }) => data)).toEqual([{ clientId: 'a', personal: null, language: 'en' }, { n: 1 }]);
    await expect(sealing.seal('client-a', [described(ada)])).rejects.toMatchObject({ name: 'DomainError', code: 'erased' });
    expect(sealing.seal('client-a', [newEvent('ClientErased')])).toHaveLength(1);
  });

  it.each<[what: string, changed: (event: RecordedEvent) => RecordedEvent]>([
    ['a bit of it is changed', (event) => ({ ...event, data: { ...event.data, personal: otherwise(personalIn(event) as string) } })],
    ['its end is cut off', (event) => ({ ...event, data: { ...event.data, personal: (personalIn(event) as string).slice(0, -8) } })],
    ['nearly all is cut off', (event) => ({ ...event, data: { ...event.data, personal: 'AAAA' } })],
    ['it stands in another event', (event) => ({ ...event, metadata: { ...event.metadata, id: 'another' } })],
    ['the event has another type', (event) => ({ ...event, type: 'PersonRemembered' })],
    ['it stands in the stream of another', (event) => ({ ...event, stream: 'client-b' })],
  ])('is an error with the position once it is read, and never null, where %s', async (_, changed) => {
    await vault.keysToSeal(['client-b']);
    const sealed = stored('client-a', await sealing.seal('client-a', [described({ note: 'x', ...ada })]));
    const [event] = await sealing.open([changed({ ...sealed[0], position: 42 })]);
    expect(() => personalIn(event)).toThrow(/at position 42 of the log \(client-[ab]\)/);
  });

  it('is an error that names position and remedy where the vault is not the one of the log', async () => {
    const sealed = stored('client-a', await sealing.seal('client-a', [described(ada)]));
    const other = new Sealing(new EmbeddedKeyVault(join(folder, 'other.sqlite'), join(folder, 'other-register.sqlite')));
    const error = await (other.open(sealed) as Promise<unknown>).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect((error as Error).message).toMatch(/no key of client-a, whose PersonDescribed at position 1 .*: restore the vault/);
  });

  it('refuses personal data that is a text: it could be taken for a sealed one', async () => {
    await expect(sealing.seal('client-a', [described('Ada')])).rejects.toThrow(
      'data.personal of PersonDescribed must be an object, not a string',
    );
  });

  it('asks the vault once for a batch', async () => {
    const sealed = await Promise.all(
      Array.from({ length: 30 }, async (_, n) =>
        stored(`client-${n}`, await sealing.seal(`client-${n}`, [described(ada), described(ada)])),
      ),
    );
    const asked: number[] = [];
    class Counting extends CachedKeyVault {
      override keysToOpen(subjects: readonly string[]) {
        asked.push(subjects.length);
        return super.keysToOpen(subjects);
      }
    }
    const counting = new Sealing(new Counting(vault));
    expect(await counting.open(sealed.flat())).toHaveLength(60);
    expect(asked).toEqual([30]);
  });
});

const stores = {
  EmbeddedEventStore: async () => {
    const file = join(folder, 'events.sqlite');
    const store = new EmbeddedEventStore(file, new Codec({}, sealing));
    return {
      store,
      close: async () => store.close(),
      written: () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1')),
    };
  },
  EventStoreDbEventStore: async () => {
    const server = await EventStoreDbServer.start();
    const store = new EventStoreDbEventStore({ url: server.url(), codec: new Codec({}, sealing) });
    return {
      store,
      close: async () => {
        await store.close();
        server.stop();
      },
      written: async () => {
        const plain = new EventStoreDbEventStore({ url: server.url() });
        const all = await plain.read('client-a');
        await plain.close();
        return [JSON.stringify(all)];
      },
    };
  },
};

describe.each(Object.entries(stores))('a sealed log on %s', (_, open) => {
  it('is clear to its readers, sealed where it is asked for as stored, and gone with the key', async () => {
    const { store, close, written } = await open();
    try {
      await store.append('client-a', NO_STREAM, [described(ada), newEvent('Met', { n: 1 })]);
      const read = async (sealed?: boolean): Promise<unknown[]> => {
        for await (const { events } of store.subscribe({ after: 0, sealed })) return events.map(personalIn);
        throw new Error('nothing came');
      };
      expect((await store.read('client-a')).map(personalIn)).toEqual([ada, undefined]);
      expect(await read()).toEqual([ada, undefined]);
      expect(await read(true)).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]+=*$/), undefined]);
      for (const text of await written()) for (const word of ['Lovelace', 'ada@example.com']) expect(text).not.toContain(word);
      const before = await hashLog(store);
      await vault.destroy(erased('client-a'));
      expect((await store.read('client-a')).map(personalIn)).toEqual([null, undefined]);
      expect(await read()).toEqual([null, undefined]);
      expect(await hashLog(store)).toEqual(before);
    } finally {
      await close();
    }
  });

  it('takes the same events again, sealed anew, as the repetition they are', async () => {
    const { store, close } = await open();
    try {
      const events = [described(ada), described({ name: 'Countess' })];
      const answer = await store.append('client-a', NO_STREAM, events);
      expect(await store.append('client-a', NO_STREAM, events)).toEqual(answer);
      expect((await store.read('client-a')).map(personalIn)).toEqual([ada, { name: 'Countess' }]);
      await expect(store.append('client-a', NO_STREAM, [described(ada), described(ada)])).rejects.toMatchObject({
        name: 'ConcurrencyError',
      });
    } finally {
      await close();
    }
  });
});
