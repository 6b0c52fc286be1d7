import { Decider, DomainError } from '@boucle/eventsourcing';
import { AbandonExport, CompleteExport, FinishTaking, OrderExport, TakeExport, WriteRows } from './export.commands.js';
import { ExportEvent, ExportOrder, LeftOutCounts } from './export.events.js';
import { MOST_ROWS } from './xlsx.js';

/** What the rules of one export read. */
export interface Export {
  readonly order: ExportOrder | null;
  readonly orderedAt: string;
  readonly status: 'ordered' | 'done' | 'abandoned';
  readonly chunks: number;
  readonly rows: number;
  readonly excluded: LeftOutCounts;
  /** The last client looked at. */
  readonly through: string | null;
  /** Who takes it, and who has taken it. */
  readonly takings: Readonly<Record<string, 'begun' | 'done'>>;
}

export const exportStream = (exportId: string): string => `export-${exportId}`;

const commands = { OrderExport, WriteRows, CompleteExport, AbandonExport, TakeExport, FinishTaking };

/** The counts of both together. */
export const addCounts = (counts: LeftOutCounts, more: LeftOutCounts): LeftOutCounts =>
  Object.fromEntries(
    [...new Set([...Object.keys(counts), ...Object.keys(more)])]
      .sort()
      .map((reason) => [reason, (counts[reason as keyof LeftOutCounts] ?? 0) + (more[reason as keyof LeftOutCounts] ?? 0)]),
  );

const orderOf = ({ preset, universe, mailings, fields, purpose, consent, sender }: OrderExport): ExportOrder => ({
  preset,
  universe: universe ?? null,
  mailings: mailings ? { campaignId: mailings.campaignId, wave: mailings.wave, offer: mailings.offer ?? null } : null,
  fields: fields ?? [],
  purpose,
  consent: consent ?? 'required',
  sender: sender ?? null,
});

const mustBeOrdered = ({ order }: Export, exportId: string): void => {
  if (!order) throw new DomainError('unknown-export', `There is no export ${exportId}`, 'exportId');
};

const mustBeOpen = (state: Export, exportId: string): void => {
  mustBeOrdered(state, exportId);
  if (state.status !== 'ordered') throw new DomainError(`export-${state.status}`, `Export ${exportId} is ${state.status}`, 'exportId');
};

/** Who may be in one file, and who has taken it. */
export const exportDecider: Decider<Export, typeof commands, ExportEvent> = {
  commands,
  stream: ({ exportId }) => exportStream(exportId),
  initial: { order: null, orderedAt: '', status: 'ordered', chunks: 0, rows: 0, excluded: {}, through: null, takings: {} },
  decide: {
    OrderExport: (state, command) => {
      if (state.order) return [];
      const order = orderOf(command);
      if (order.universe && order.mailings)
        throw new DomainError(
          'two-selections',
          'An export is of a universe or of the mailings of a wave: leave one of them out',
          'mailings',
        );
      if (order.preset === 'fields' && order.fields.length === 0)
        throw new DomainError('no-fields', 'The preset fields has none of its own: name at least one in fields', 'fields');
      return [{ type: 'ExportOrdered', data: { exportId: command.exportId, order } }];
    },
    WriteRows: (state, { exportId, chunk, rows, excluded, through }) => {
      if (chunk < state.chunks) return [];
      mustBeOpen(state, exportId);
      if (chunk > state.chunks) throw new DomainError('wrong-chunk', `Export ${exportId} expects chunk ${state.chunks}, not ${chunk}`);
      return [{ type: 'RowsExported', data: { exportId, chunk, rows, excluded, through } }];
    },
    CompleteExport: (state, { exportId }) => {
      if (state.status === 'done') return [];
      mustBeOpen(state, exportId);
      return [{ type: 'ExportCompleted', data: { exportId, rows: state.rows, excluded: state.excluded } }];
    },
    AbandonExport: (state, { exportId, reason }) => {
      if (state.status === 'abandoned') return [];
      mustBeOpen(state, exportId);
      return [{ type: 'ExportAbandoned', data: { exportId, reason } }];
    },
    TakeExport: (state, { exportId, takingId, format, expired }) => {
      if (Object.hasOwn(state.takings, takingId)) return [];
      mustBeOrdered(state, exportId);
      if (state.status === 'ordered')
        throw new DomainError(
          'export-not-ready',
          `Export ${exportId} is still being made: ask GET /exports/${exportId} until it is done`,
          'exportId',
        );
      if (state.status === 'abandoned')
        throw new DomainError('export-abandoned', `Export ${exportId} could not be made: GET /exports/${exportId} says why`, 'exportId');
      if (state.orderedAt < expired) throw new DomainError('export-expired', `Export ${exportId} has expired: order it anew`, 'exportId');
      if (format === 'xlsx' && state.rows > MOST_ROWS)
        throw new DomainError('too-many-rows', `A spreadsheet has at most ${MOST_ROWS} rows below its title: take csv or ndjson`, 'format');
      return [{ type: 'ExportTaken', data: { exportId, takingId, format } }];
    },
    FinishTaking: (state, { exportId, takingId, rows, leftOut }) => {
      if (state.takings[takingId] === 'done') return [];
      if (!Object.hasOwn(state.takings, takingId))
        throw new DomainError('unknown-taking', `Nobody has begun to take export ${exportId} as ${takingId}`, 'takingId');
      return [{ type: 'ExportHandedOut', data: { exportId, takingId, rows, leftOut } }];
    },
  },
  evolve: {
    ExportOrdered: (state, { order }, orderedAt) => ({ ...state, order, orderedAt }),
    RowsExported: (state, { chunk, rows, excluded, through }) => ({
      ...state,
      chunks: chunk + 1,
      rows: state.rows + rows.length,
      excluded: addCounts(state.excluded, excluded),
      through,
    }),
    ExportCompleted: (state) => ({ ...state, status: 'done' }),
    ExportAbandoned: (state) => ({ ...state, status: 'abandoned' }),
    ExportTaken: (state, { takingId }) => ({ ...state, takings: { ...state.takings, [takingId]: 'begun' } }),
    ExportHandedOut: (state, { takingId }) => ({ ...state, takings: { ...state.takings, [takingId]: 'done' } }),
  },
};
