import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from './embedded.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('EmbeddedEventStore', async (codec) => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-log-'));
  const file = join(folder, 'log.sqlite');
  let store = new EmbeddedEventStore(file, codec);
  return {
    store,
    reopen: async (other) => {
      store.close();
      return (store = new EmbeddedEventStore(file, other));
    },
    close: async () => {
      store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
