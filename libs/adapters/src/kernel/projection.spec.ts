import fc from 'fast-check';
import { Folding, Message, Projection, RecordedEvent } from '@boucle/eventsourcing';
import { recorded } from '../../../eventsourcing/src/testing.js';
import { NOW, openStores, Stores } from '../../test/folder.js';

type ClientEvent =
  | Message<'ClientRegistered', { clientId: string }>
  | Message<'ContactRecorded', { clientIds: string[] }>
  | Message<'ClientErased', { clientId: string }>;
const contacts: Projection<{ contacts: number }, ClientEvent> = {
  name: 'contacts',
  key: ({ data }) => ('clientIds' in data ? data.clientIds : data.clientId),
  on: {
    ClientRegistered: () => ({ contacts: 0 }),
    ContactRecorded: (document) => document && { contacts: document.contacts + 1 },
    ClientErased: () => null,
  },
};
const registered = (clientId: string) => ({ type: 'ClientRegistered', data: { clientId } });
const contacted = (...clientIds: string[]) => ({ type: 'ContactRecorded', data: { clientIds } });
const erased = (clientId: string) => ({ type: 'ClientErased', data: { clientId } });

describe('a projection', () => {
  let stores: Stores;
  beforeEach(() => (stores = openStores()));
  afterEach(() => stores.close());

  const fold = async (...batches: (readonly RecordedEvent[])[]): Promise<void> => {
    const folding = new Folding(contacts, stores.documents);
    for (const batch of batches) {
      await folding.add(batch);
      await folding.flush();
    }
  };
  const stored = () => stores.documents.scan('contacts');

  it('keeps each document with the position of the last event folded into it', async () => {
    await fold(recorded([registered('a'), registered('b'), contacted('a'), contacted('a', 'c')], NOW));
    expect(await stored()).toEqual([
      { key: 'a', document: { contacts: 2 }, position: 4 },
      { key: 'b', document: { contacts: 0 }, position: 2 },
    ]);
  });

  it('counts an event once for a key that it names twice', async () => {
    await fold(recorded([registered('a'), contacted('a', 'a')], NOW));
    expect(await stores.documents.get('contacts', 'a')).toEqual({ contacts: 1 });
  });

  it('leaves a tombstone, which a redelivery does not bring back to life', async () => {
    const events = recorded([registered('a'), contacted('a'), erased('a')], NOW);
    await fold(events);
    expect(await stored()).toEqual([{ key: 'a', document: null, position: 3 }]);
    await fold(events.slice(0, 1));
    await fold(events.slice(0, 2));
    expect(await stored()).toEqual([{ key: 'a', document: null, position: 3 }]);
  });

  it('writes nothing before it is flushed, and then all', async () => {
    const folding = new Folding(contacts, stores.documents);
    await folding.add(recorded([registered('a'), registered('b')], NOW));
    expect(folding.size).toBe(2);
    expect(await stored()).toEqual([]);
    await folding.flush();
    expect(folding.size).toBe(0);
    expect(await stored()).toHaveLength(2);
  });

  it('keeps what it holds when writing fails', async () => {
    const folding = new Folding(contacts, stores.documents);
    await folding.add(recorded([registered('a')], NOW));
    stores.documents.failNext('contacts');
    await expect(folding.flush()).rejects.toThrow('no write to contacts');
    await folding.flush();
    expect(await stored()).toHaveLength(1);
  });

  it('gives the same documents however the log is cut, and whatever is delivered again', async () => {
    const client = fc.constantFrom('a', 'b', 'c');
    const anyEvent = fc.oneof(
      client.map(registered),
      fc.array(client, { minLength: 1, maxLength: 3 }).map((clients) => contacted(...clients)),
      client.map(erased),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { maxLength: 30 }),
        fc.array(fc.tuple(fc.nat(30), fc.nat(10), fc.boolean()), { maxLength: 6 }),
        async (messages, cuts) => {
          const events = recorded(messages, NOW);
          await stores.documents.drop('contacts');
          await fold(events);
          const whole = await stored();
          await stores.documents.drop('contacts');
          // each cut goes on behind the last one, or somewhat before it: after a crash
          let done = 0;
          let folding = new Folding(contacts, stores.documents);
          for (const [length, back, crashed] of cuts) {
            const start = Math.max(0, done - back);
            await folding.add(events.slice(start, start + length));
            if (crashed) {
              folding = new Folding(contacts, stores.documents);
              continue;
            }
            await folding.flush();
            done = Math.max(done, Math.min(events.length, start + length));
          }
          await folding.add(events.slice(done));
          await folding.flush();
          expect(await stored()).toEqual(whole);
        },
      ),
      { numRuns: 60 },
    );
  });
});
