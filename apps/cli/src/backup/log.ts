import { EmbeddedEventStore } from '@boucle/adapters';
import { Codec, hashLog, LogHash } from '@boucle/eventsourcing';
import { upcasters } from '../../../engine/src/adapters.js';

/** The hash of the log in a file that nobody else has open. */
export const hashOfLog = async (file: string, onProgress: (events: number) => void): Promise<LogHash> => {
  const events = new EmbeddedEventStore(file, new Codec(upcasters));
  try {
    return await hashLog(events, onProgress);
  } finally {
    events.close();
  }
};
