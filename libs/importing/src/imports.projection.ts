import { Projection } from '@boucle/eventsourcing';
import { ImportEvent, ImportKind, Tally, Tense } from './import.events.js';
import { NOTHING, together } from './tally.js';

/** What became of an import that was undone. */
export interface Undoing {
  readonly at: string;
  readonly by: string;
  readonly erased: number;
  readonly takenBack: number;
  readonly withdrawn: number;
  readonly kept: number;
}

/** An import as people read it: which file, when, by whom, and what became of its rows. */
export interface ImportReading {
  readonly importId: string;
  readonly source: string;
  readonly kind: ImportKind;
  readonly tense: Tense;
  /** Of the unpacked file. */
  readonly sha256: string;
  readonly startedAt: string;
  readonly by: string;
  /** The last row that is done with. */
  readonly row: number;
  readonly tally: Tally;
  /** How many different clients the file names; null: it was not read to its end. */
  readonly clients: number | null;
  readonly undone: Undoing | null;
}

/** Whether every month of a file comes to the same in the log. */
export const reconciles = ({ months }: Tally): boolean => Object.values(months).every(({ file, log }) => file === log);

/** One document per import. */
export const importsProjection: Projection<ImportReading, ImportEvent> = {
  name: 'imports',
  key: ({ data }) => data.importId,
  on: {
    ImportStarted: (_, { data: { by, ...started }, metadata: { occurredAt, actor } }) => ({
      ...started,
      startedAt: occurredAt,
      by: by ?? actor,
      row: 0,
      tally: NOTHING,
      clients: null,
      undone: null,
    }),
    ImportProgressed: (known, { data: { row, tally } }) => known && { ...known, row, tally: together(known.tally, tally) },
    ImportCompleted: (known, { data: { clients } }) => known && { ...known, clients },
    ImportUndone: (known, { data: { importId: _, ...counts }, metadata: { occurredAt, actor } }) =>
      known && { ...known, undone: { at: occurredAt, by: actor, ...counts } },
  },
};
