import { clientDecider } from '@boucle/clients';
import { commandHandling, DomainError, EventStore, NAMESPACE, uuidv5 } from '@boucle/eventsourcing';
import { Adapters, onFolder, openAdapters, upcasters } from '../../apps/engine/src/adapters.js';
import { DrawnCommand } from '../../libs/clients/src/random-commands.js';
import { day } from '../../libs/clients/src/testing.js';
import { newFolder } from './folders.js';

/** Works on the stores of a folder of its own. */
export const inFolder = async <T>(work: (engine: Adapters) => Promise<T>): Promise<T> => {
  const engine = await openAdapters(onFolder(newFolder()));
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
};

/** Says what was drawn about clients, an hour after the other from this one on; refusals are answers. Gives the hour that is next. */
export const live = async (events: EventStore, commands: readonly DrawnCommand[], from = 0): Promise<number> => {
  const handling = commandHandling(events, upcasters);
  let hour = from;
  for (const { decider, command } of commands) {
    if (decider !== clientDecider) continue;
    const id = uuidv5(NAMESPACE, hour);
    const { occurredAt = day(0, hour++) } = command as { occurredAt?: string };
    const [outcome] = await handling.handleMany(decider, [{ command, cause: { id, correlationId: id, now: occurredAt, actor: 'spec' } }]);
    if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
  }
  return hour;
};
