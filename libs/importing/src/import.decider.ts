import { Decider, DomainError } from '@boucle/eventsourcing';
import { CompleteImport, ProgressImport, StartImport, UndoImport } from './import.commands.js';
import { ImportEvent, Tally } from './import.events.js';
import { NOTHING, together } from './tally.js';

/** How far the import of a file has come. */
export interface ImportState {
  /** ISO instant; null: it has not. */
  readonly startedAt: string | null;
  /** The last row that is done with. */
  readonly row: number;
  readonly tally: Tally;
  /** How long the file of rejected rows was then. */
  readonly rejectedBytes: number;
  /** How many different clients the file names; null: it was not read to its end. */
  readonly clients: number | null;
  readonly undone: boolean;
}

export const importStream = (importId: string): string => `import-${importId}`;

const commands = { StartImport, ProgressImport, CompleteImport, UndoImport };

const mustRun = (state: ImportState, importId: string): void => {
  mustHaveStarted(state, importId);
  if (state.undone) throw new DomainError('import-undone', `Import ${importId} was undone: import the file again`, 'importId');
};

const mustHaveStarted = ({ startedAt }: ImportState, importId: string): void => {
  if (startedAt === null) throw new DomainError('unknown-import', `There is no import ${importId}`, 'importId');
};

export const importDecider: Decider<ImportState, typeof commands, ImportEvent> = {
  commands,
  stream: ({ importId }) => importStream(importId),
  initial: { startedAt: null, row: 0, tally: NOTHING, rejectedBytes: 0, clients: null, undone: false },
  decide: {
    StartImport: (state, { importId, source, kind, tense, sha256, by }) =>
      state.startedAt === null ? [{ type: 'ImportStarted', data: { importId, source, kind, tense, sha256, by } }] : [],
    ProgressImport: (state, { importId, row, tally, rejectedBytes }) => {
      mustRun(state, importId);
      return row <= state.row ? [] : [{ type: 'ImportProgressed', data: { importId, row, tally, rejectedBytes } }];
    },
    CompleteImport: (state, { importId, clients }) => {
      mustRun(state, importId);
      return state.clients !== null ? [] : [{ type: 'ImportCompleted', data: { importId, tally: state.tally, clients } }];
    },
    UndoImport: (state, { importId, erased, takenBack, withdrawn, kept }) => {
      mustHaveStarted(state, importId);
      return state.undone ? [] : [{ type: 'ImportUndone', data: { importId, erased, takenBack, withdrawn, kept } }];
    },
  },
  evolve: {
    ImportStarted: (state, _, at) => ({ ...state, startedAt: at }),
    ImportProgressed: (state, { row, tally, rejectedBytes }) => ({ ...state, row, tally: together(state.tally, tally), rejectedBytes }),
    ImportCompleted: (state, { clients }) => ({ ...state, clients }),
    ImportUndone: (state) => ({ ...state, undone: true }),
  },
};
