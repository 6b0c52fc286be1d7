import { join } from 'node:path';
import { EmbeddedEventStore } from '@boucle/adapters';
import { catchingUp } from './catching-up.js';
import { clientHistory, inGroups } from './events.js';
import { inFolder, Result } from './measure.js';
import { projecting } from './projecting.js';
import { purchasing } from './purchasing.js';
import { relaying } from './relaying.js';
import { startServers } from './servers.js';

const EVENTS = 100_000;
/** Few enough that most events befall clients who have a profile already. */
const CLIENTS = 20_000;
const BATCH = 500;

/** What stands between the engine and its servers, against their drivers alone. */
export const serversBenchmark = async (): Promise<Result[]> => {
  const servers = await startServers();
  try {
    return await inFolder(async (folder) => {
      const store = new EmbeddedEventStore(join(folder, 'events.sqlite'));
      for (const group of inGroups(clientHistory(EVENTS, CLIENTS), BATCH))
        await Promise.all(group.map(({ stream, revision, event }) => store.append(stream, revision - 1, [event])));
      const results = [
        ...(await relaying(store, EVENTS, servers.kafka)),
        ...(await projecting(store, EVENTS, servers)),
        ...(await purchasing(servers)),
        ...(await catchingUp(servers.eventStore)),
      ];
      store.close();
      return results;
    });
  } finally {
    await servers.stop();
  }
};
