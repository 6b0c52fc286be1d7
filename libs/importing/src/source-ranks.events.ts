import { Message } from '@boucle/eventsourcing';

export type SourceRanksEvent =
  /** From now on a source overrules what those behind it have said, and not the other way round. */
  Message<'SourcesRanked', { sources: readonly string[] }>;
