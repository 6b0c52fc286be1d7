import { EventStoreDbServer } from '../../../../test/support/eventstoredb-server/server.js';
import { eventStoreContract } from './event-store.contract.js';
import { EventStoreDbEventStore } from './eventstoredb.js';

eventStoreContract('EventStoreDbEventStore on the test server', async (codec) => {
  const server = await EventStoreDbServer.start();
  const url = server.url();
  let store = new EventStoreDbEventStore({ url, codec });
  return {
    store,
    reopen: async (other) => {
      await store.close();
      return (store = new EventStoreDbEventStore({ url, codec: other }));
    },
    close: async () => {
      await store.close();
      server.stop();
    },
  };
});
