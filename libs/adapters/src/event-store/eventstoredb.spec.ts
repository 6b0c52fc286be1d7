import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Codec, NO_STREAM } from '@boucle/eventsourcing';
import { EventStoreDbServer } from '../../../../test/support/eventstoredb-server/server.js';
import { heard, startChild } from '../../test/child.js';
import { EmbeddedEventStore } from './embedded.js';
import { eventStoreContract, newEvent, OpenedStore } from './event-store.contract.js';
import { EventStoreDbEventStore } from './eventstoredb.js';

/** A store at an address, with what else is to be closed with it. */
const opened = (url: string, codec: Codec | undefined, stop = (): void => {}): OpenedStore => {
  let store = new EventStoreDbEventStore({ url, codec });
  return {
    store,
    reopen: async (other) => {
      await store.close();
      return (store = new EventStoreDbEventStore({ url, codec: other }));
    },
    close: async () => {
      await store.close();
      stop();
    },
  };
};

eventStoreContract('EventStoreDbEventStore on the test server', async (codec) => {
  const server = await EventStoreDbServer.start();
  return opened(server.url(), codec, () => server.stop());
});

describe('EventStoreDbEventStore', () => {
  it('gives the same events as the embedded store, byte for byte, but for position and recordedAt', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boucle-log-'));
    const server = await EventStoreDbServer.start();
    const stores = [new EmbeddedEventStore(join(folder, 'log.sqlite')), new EventStoreDbEventStore({ url: server.url() })];
    const events = [
      newEvent('Met', { b: 1, a: [null, -0, 1e21, 'ß☎\u2028"'], nested: { '2': 'x', '1': 'y', left: undefined } }),
      newEvent('Met', {}, 'an-id-that-is-no-uuid'),
    ];
    const told: string[][] = [];
    for (const store of stores) {
      await store.append('client-a', NO_STREAM, events);
      const read = await store.read('client-a');
      for await (const batch of store.subscribe({ after: 0 })) {
        expect(batch.events).toEqual(read);
        break;
      }
      told.push(read.map((event) => JSON.stringify({ ...event, position: 0, recordedAt: '' })));
      await store.close();
    }
    server.stop();
    rmSync(folder, { recursive: true });
    expect(told[1]).toEqual(told[0]);
  });

  it('loads the client when a store is opened, not before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boucle-log-'));
    const script = `
      const loaded = () => Object.keys(require.cache).some((file) => file.includes('@eventstore'));
      const { EventStoreDbEventStore } = require('@boucle/adapters');
      const before = loaded();
      new EventStoreDbEventStore({ url: 'esdb://127.0.0.1:1?tls=false' });
      console.log(JSON.stringify([before, loaded()]));`;
    expect(JSON.parse(await heard(startChild(folder, script)))).toEqual([false, true]);
    rmSync(folder, { recursive: true });
  });
});

const url = process.env.EVENTSTORE_TEST_URL;
if (url) eventStoreContract('EventStoreDbEventStore on the server of EVENTSTORE_TEST_URL', async (codec) => opened(url, codec));
else
  describe.skip('EventStoreDbEventStore on a real server (EVENTSTORE_TEST_URL is not set)', () => {
    it('keeps the contract of an event store', () => {});
  });
