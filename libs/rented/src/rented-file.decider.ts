import { Decider, DomainError } from '@boucle/eventsourcing';
import {
  AnswerRentedRow,
  ExpireRentedFile,
  HandOutRentedRows,
  ReceiveRentedRows,
  RentFile,
  UseRentedFile,
} from './rented-file.commands.js';
import { Addressing, RentalTerms, RentedFileEvent } from './rented-file.events.js';

/** Rows that came together. */
export interface Batch {
  readonly batchId: string;
  /** The number of its first row, from 1. */
  readonly first: number;
  readonly rows: number;
}

/** What the rules of one rented file read. */
export interface RentedFile {
  readonly terms: RentalTerms | null;
  readonly batches: readonly Batch[];
  readonly rows: number;
  readonly uses: Readonly<
    Record<string, { readonly addressing: Addressing; readonly purpose: string; readonly takings: readonly string[] }>
  >;
  /** Who answered, by the number of the row. */
  readonly answered: Readonly<Record<number, string>>;
  readonly expired: boolean;
}

export const rentedFileStream = (fileId: string): string => `rented-file-${fileId}`;

/** The batch in which a row stands, null: there is no such row. */
export const batchOf = ({ batches }: RentedFile, row: number): Batch | null =>
  batches.find(({ first, rows }) => row >= first && row < first + rows) ?? null;

const commands = { RentFile, ReceiveRentedRows, UseRentedFile, HandOutRentedRows, AnswerRentedRow, ExpireRentedFile };

const termsOf = ({ broker, uses, expiresOn }: RentalTerms): RentalTerms => ({ broker, uses, expiresOn });

const known = ({ terms }: RentedFile, fileId: string): RentalTerms => {
  if (!terms) throw new DomainError('unknown-file', `There is no rented file ${fileId}`, 'fileId');
  return terms;
};

const valid = (file: RentedFile, fileId: string, now: string): RentalTerms => {
  const terms = known(file, fileId);
  if (file.expired || now.slice(0, 10) > terms.expiresOn)
    throw new DomainError('file-expired', `Rented file ${fileId} expired on ${terms.expiresOn}: rent it anew`, 'fileId');
  return terms;
};

/** How often a rented file may be used, until when, and who of it has become ours. */
export const rentedFileDecider: Decider<RentedFile, typeof commands, RentedFileEvent> = {
  commands,
  stream: ({ fileId }) => rentedFileStream(fileId),
  initial: { terms: null, batches: [], rows: 0, uses: {}, answered: {}, expired: false },
  decide: {
    RentFile: (file, command, now) => {
      if (file.terms) return [];
      if (command.expiresOn < now.slice(0, 10))
        throw new DomainError('wrong-day', `expiresOn must not lie before ${now.slice(0, 10)}`, 'expiresOn');
      return [{ type: 'FileRented', data: { fileId: command.fileId, ...termsOf(command) } }];
    },
    ReceiveRentedRows: (file, { fileId, batchId, rows }, now) => {
      if (file.batches.some((batch) => batch.batchId === batchId)) return [];
      valid(file, fileId, now);
      if (Object.keys(file.uses).length > 0)
        throw new DomainError('file-used', `Rented file ${fileId} was used already: rows that come later are another file`, 'fileId');
      return [{ type: 'RentedRowsReceived', data: { fileId, batchId, first: file.rows + 1, rows } }];
    },
    UseRentedFile: (file, { fileId, useId, addressing, purpose }, now) => {
      const use = Object.hasOwn(file.uses, useId) ? file.uses[useId] : null;
      if (use && use.addressing === addressing && use.purpose === purpose) return [];
      if (use) throw new DomainError('use-exists', `Use ${useId} is of ${use.addressing} for ${use.purpose}: choose another id`, 'useId');
      const { uses } = valid(file, fileId, now);
      if (file.rows === 0) throw new DomainError('file-empty', `Rented file ${fileId} has no rows yet`, 'fileId');
      if (Object.keys(file.uses).length >= uses)
        throw new DomainError('uses-exhausted', `Rented file ${fileId} may be used ${uses} times, and was: rent it anew`, 'fileId');
      return [{ type: 'RentedFileUsed', data: { fileId, useId, addressing, purpose } }];
    },
    HandOutRentedRows: (file, { fileId, useId, takingId, rows, net, leftOut }) => {
      if (!Object.hasOwn(file.uses, useId)) throw new DomainError('unknown-use', `Rented file ${fileId} has no use ${useId}`, 'useId');
      if (file.uses[useId].takings.includes(takingId)) return [];
      return [{ type: 'RentedRowsHandedOut', data: { fileId, useId, takingId, rows, net, leftOut } }];
    },
    AnswerRentedRow: (file, { fileId, row, clientId }, now) => {
      if (Object.hasOwn(file.answered, row)) return [];
      valid(file, fileId, now);
      const batch = batchOf(file, row);
      if (!batch) throw new DomainError('unknown-row', `Rented file ${fileId} has no row ${row}`, 'code');
      return [{ type: 'RentedRowAnswered', data: { fileId, row, batchId: batch.batchId, clientId } }];
    },
    ExpireRentedFile: (file, { fileId }) => {
      known(file, fileId);
      return file.expired ? [] : [{ type: 'RentedFileExpired', data: { fileId } }];
    },
  },
  evolve: {
    FileRented: (file, terms) => ({ ...file, terms: termsOf(terms) }),
    RentedRowsReceived: (file, { batchId, first, rows }) => ({
      ...file,
      batches: [...file.batches, { batchId, first, rows }],
      rows: file.rows + rows,
    }),
    RentedFileUsed: (file, { useId, addressing, purpose }) => ({
      ...file,
      uses: { ...file.uses, [useId]: { addressing, purpose, takings: [] } },
    }),
    RentedRowsHandedOut: (file, { useId, takingId }) => {
      const use = file.uses[useId];
      return { ...file, uses: { ...file.uses, [useId]: { ...use, takings: [...use.takings, takingId] } } };
    },
    RentedRowAnswered: (file, { row, clientId }) => ({ ...file, answered: { ...file.answered, [row]: clientId } }),
    RentedFileExpired: (file) => ({ ...file, expired: true }),
  },
};
