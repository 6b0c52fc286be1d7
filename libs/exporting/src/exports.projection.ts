import { Projection } from '@boucle/eventsourcing';
import { ExportEvent, ExportOrder, Format, LeftOutCounts } from './export.events.js';

/** Somebody who took a file. */
export interface TakingReading {
  readonly takingId: string;
  readonly at: string;
  readonly by: string;
  readonly format: Format;
  /** null: he was not given all of it, or not yet. */
  readonly rows: number | null;
  /** Those of the export who might not be addressed any more. */
  readonly leftOut: LeftOutCounts;
}

/** An export as people read it: who wanted what, of whom, what for, and who has taken it. */
export interface ExportReading extends ExportOrder {
  readonly exportId: string;
  readonly orderedAt: string;
  readonly by: string;
  readonly status: 'ordered' | 'done' | 'abandoned';
  /** Why it was abandoned. */
  readonly reason: string | null;
  readonly rows: number;
  readonly excluded: LeftOutCounts;
  readonly takings: readonly TakingReading[];
}

const changed = (known: ExportReading | null, change: Partial<ExportReading>): ExportReading | null => known && { ...known, ...change };

/** One document per export; who stands in it is in its stream alone. */
export const exportsProjection: Projection<ExportReading, Exclude<ExportEvent, { type: 'RowsExported' }>> = {
  name: 'exports',
  key: ({ data }) => data.exportId,
  on: {
    ExportOrdered: (_, { data: { exportId, order }, metadata: { occurredAt, actor } }) => ({
      exportId,
      ...order,
      orderedAt: occurredAt,
      by: actor,
      status: 'ordered',
      reason: null,
      rows: 0,
      excluded: {},
      takings: [],
    }),
    ExportCompleted: (known, { data: { rows, excluded } }) => changed(known, { status: 'done', rows, excluded }),
    ExportAbandoned: (known, { data: { reason } }) => changed(known, { status: 'abandoned', reason }),
    ExportTaken: (known, { data: { takingId, format }, metadata: { occurredAt, actor } }) =>
      known && changed(known, { takings: [...known.takings, { takingId, at: occurredAt, by: actor, format, rows: null, leftOut: {} }] }),
    ExportHandedOut: (known, { data: { takingId, rows, leftOut } }) =>
      known && changed(known, { takings: known.takings.map((one) => (one.takingId === takingId ? { ...one, rows, leftOut } : one)) }),
  },
};
