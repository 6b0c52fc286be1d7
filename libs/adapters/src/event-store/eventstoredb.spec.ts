import { Codec } from '@boucle/eventsourcing';
import { EventStoreDbServer } from '../../../../test/support/eventstoredb-server/server.js';
import { eventStoreContract, OpenedStore } from './event-store.contract.js';
import { EventStoreDbEventStore } from './eventstoredb.js';

jest.setTimeout(60_000);

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

const url = process.env.EVENTSTORE_TEST_URL;
if (url) eventStoreContract('EventStoreDbEventStore on the server of EVENTSTORE_TEST_URL', async (codec) => opened(url, codec));
else
  describe.skip('EventStoreDbEventStore on a real server (EVENTSTORE_TEST_URL is not set)', () => {
    it('keeps the contract of an event store', () => {});
  });
