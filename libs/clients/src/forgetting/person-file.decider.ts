import { Decider } from '@boucle/eventsourcing';
import { ExportPersonFile } from './person-file.commands.js';
import { PersonFileEvent } from './person-file.events.js';

const commands = { ExportPersonFile };

/** The stream of what was handed out of a client; it holds nothing personal and stays when he is erased. */
export const personFileStream = (clientId: string): string => `person-file-${clientId}`;

/** Remembers which exports are told. */
export const personFileDecider: Decider<readonly string[], typeof commands, PersonFileEvent> = {
  commands,
  stream: ({ clientId }) => personFileStream(clientId),
  initial: [],
  decide: {
    ExportPersonFile: (told, { clientId, exportId, purpose, events }) =>
      told.includes(exportId) ? [] : [{ type: 'PersonFileExported', data: { clientId, exportId, purpose, events } }],
  },
  evolve: { PersonFileExported: (told, { exportId }) => [...told, exportId] },
};
