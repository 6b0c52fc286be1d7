import { Decider } from '@boucle/eventsourcing';
import { MapWaitingValue } from './value-meaning.commands.js';
import { ValueMeaningEvent } from './value-meaning.events.js';

/** What values stand for that no catalogue knows, by their ids; null: for nothing. */
export type ValueMeanings = Readonly<Record<string, string | null>>;

/** All meanings are one stream: people say them one by one, and an import knows them after one read. */
export const VALUE_MEANINGS_STREAM = 'value-meanings';

const commands = { MapWaitingValue };

export const valueMeaningDecider: Decider<ValueMeanings, typeof commands, ValueMeaningEvent> = {
  commands,
  stream: () => VALUE_MEANINGS_STREAM,
  initial: {},
  decide: {
    MapWaitingValue: (meanings, { valueId, source, field, catalogue, code }) =>
      Object.hasOwn(meanings, valueId) && meanings[valueId] === code
        ? []
        : [{ type: 'WaitingValueMapped', data: { valueId, source, field, catalogue, code } }],
  },
  evolve: { WaitingValueMapped: (meanings, { valueId, code }) => ({ ...meanings, [valueId]: code }) },
};
