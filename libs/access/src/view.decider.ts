import { Decider } from '@boucle/eventsourcing';
import { RecordView } from './view.commands.js';
import { ViewEvent, VIEWS } from './view.events.js';

const commands = { RecordView };

/** A stream per day holds what was viewed; the state is what it holds already. */
export const viewDecider: Decider<readonly string[], typeof commands, ViewEvent> = {
  commands,
  stream: ({ until }) => `views-${until.slice(0, 10)}`,
  initial: [],
  decide: {
    RecordView: (known, view) =>
      known.includes(view.viewId) ? [] : [{ type: 'ClientsViewed', data: { ...view, fields: VIEWS[view.view] } }],
  },
  evolve: {
    ClientsViewed: (known, { viewId }) => [...known, viewId],
  },
};
