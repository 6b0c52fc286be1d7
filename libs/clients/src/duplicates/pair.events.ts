import { Message } from '@boucle/eventsourcing';

export type DuplicateEvent =
  /** Somebody has looked at two files and says that they are of different people; so it stays. */
  Message<'PeopleToldApart', { clientIds: readonly [string, string] }>;
