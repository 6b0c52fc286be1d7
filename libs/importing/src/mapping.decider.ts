import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { MappingFields } from './import.commands.js';
import { DescribeMapping } from './mapping.commands.js';
import { MappingEvent } from './mapping.events.js';
import { MappingError, readMapping } from './mapping.js';

/** What was said last. */
export interface Mapping {
  readonly mapping: MappingFields | null;
}

export const mappingStream = (mappingId: string): string => `mapping-${mappingId}`;

const commands = { DescribeMapping };

export const mappingDecider: Decider<Mapping, typeof commands, MappingEvent> = {
  commands,
  stream: ({ mappingId }) => mappingStream(mappingId),
  initial: { mapping: null },
  decide: {
    DescribeMapping: (state, { mappingId, mapping }) => {
      if (canonicalJson(state.mapping) === canonicalJson(mapping)) return [];
      if (mapping.table) throw new DomainError('no-folder', 'table: a file that is sent stands in no folder: join the two before', 'table');
      try {
        readMapping(mapping);
      } catch (error) {
        if (error instanceof MappingError) throw new DomainError('wrong-mapping', error.message, 'columns');
        throw error;
      }
      return [{ type: 'MappingDescribed', data: { mappingId, mapping } }];
    },
  },
  evolve: { MappingDescribed: (_, { mapping }) => ({ mapping }) },
};
