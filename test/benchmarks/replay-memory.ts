import { EmbeddedEventStore } from '@boucle/adapters';

/** Replays the log named on the command line and tells its parent the peak memory in MB. */
const measure = async (file: string): Promise<void> => {
  const store = new EmbeddedEventStore(file);
  for await (const batch of store.subscribe({ after: 0 })) if (batch.caughtUp) break;
  store.close();
  process.send!(process.resourceUsage().maxRSS / 1024);
};

void measure(process.argv[2]);
