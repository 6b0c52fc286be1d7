import { Message } from '@boucle/eventsourcing';
import { MappingFields } from './import.commands.js';

export type MappingEvent =
  /** The columns of the files of some source mean this from now on. */
  Message<'MappingDescribed', { mappingId: string; mapping: MappingFields }>;
