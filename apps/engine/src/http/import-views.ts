import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  Encoding,
  ENCODINGS,
  IMPORT_KINDS,
  ImportKind,
  ImportReading,
  MappingFields,
  RowProblem,
  Separator,
  SEPARATORS,
  Sums,
  Tally,
  Tense,
  TENSES,
  Undoing,
} from '@boucle/importing';
import { Imported } from '../importing/import-run.js';
import { Difference } from '../importing/reconciliation.js';
import { Kept, Undone } from '../importing/import-undo.js';
import { FileGuess, Preview } from '../importing/import-preview.js';

const count = { type: 'integer' as const };
const maybeCount = { ...count, nullable: true };
const rows = { type: 'array' as const, items: { type: 'array' as const, items: { type: 'string' as const } } };
const sums = {
  type: 'object' as const,
  description: 'In cents, by month and currency',
  example: { '2011-01 GBP': { file: 125000, log: 125000 } },
  additionalProperties: {
    type: 'object' as const,
    required: ['file', 'log'],
    properties: { file: count, log: count },
  },
};

class ImportTallyView implements Tally {
  @ApiProperty(count) readonly rows: number;
  @ApiProperty({ ...count, description: 'Something was written for them' }) readonly accepted: number;
  @ApiProperty({ ...count, description: 'They stood there before' }) readonly repeated: number;
  @ApiProperty(count) readonly rejected: number;
  @ApiProperty({ ...count, description: 'Clients who were not there before' }) readonly created: number;
  @ApiProperty({ ...count, description: 'Clients who were, in a file of clients' }) readonly matched: number;
  @ApiProperty({ type: 'object', additionalProperties: count, description: 'How often a field of theirs changed' })
  readonly changed: Readonly<Record<string, number>>;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: count,
    description: 'How often something of a field waits that no catalogue knows',
  })
  readonly waiting?: Readonly<Record<string, number>>;
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: count,
    description: 'How often a cell was refused whose row was taken: consents without proof, and against an opposition',
  })
  readonly refused?: Readonly<Record<string, number>>;
  @ApiProperty({ ...count, description: 'Purchases, returns, contacts or responses of the file' }) readonly records: number;
  @ApiProperty({ ...count, description: 'How many of them are in the log' }) readonly inLog: number;
  @ApiProperty({ ...count, description: 'Those that are of nobody known' }) readonly anonymous: number;
  @ApiProperty(sums) readonly months: Readonly<Record<string, Sums>>;
}

class DifferenceView implements Difference {
  @ApiProperty({ ...count, description: 'As a spreadsheet counts' }) readonly row: number;
  @ApiProperty() readonly field: string;
  @ApiProperty() readonly reason: string;
}

export class ImportedView implements Imported {
  @ApiProperty() readonly importId: string;
  @ApiProperty({ description: 'The same file was imported before: nothing was done' }) readonly repeated: boolean;
  @ApiProperty({ type: ImportTallyView }) readonly tally: Tally;
  @ApiProperty({ ...count, description: 'How many different clients the file names' }) readonly clients: number;
  @ApiProperty({ type: [DifferenceView], description: 'What stands otherwise in the log than in the file, the first thousand' })
  readonly differences: readonly Difference[];
  @ApiProperty({ description: 'Whether there are rejected rows to fetch' }) readonly hasRejected: boolean;
}

const instant = { type: 'string' as const, format: 'date-time' };

class UndoCountsView {
  @ApiProperty({ ...count, description: 'Clients whom it had brought, and of whom nobody else told anything' }) readonly erased: number;
  @ApiProperty({
    ...count,
    description: 'Purchases, returns, contacts, responses, consents, contact points and fields of clients who stay',
  })
  readonly takenBack: number;
  @ApiProperty({ ...count, description: 'Sales to nobody known' }) readonly withdrawn: number;
  @ApiProperty({ ...count, description: 'Clients of whom something stays that it had brought' }) readonly kept: number;
}

class UndoingView extends UndoCountsView implements Undoing {
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ example: 'key:00112233445566aa' }) readonly by: string;
}

/** How far an import is: nobody here is at it unless it runs, and the same file lets it go on. */
export const IMPORT_STATES = ['running', 'stopped', 'done', 'undone'] as const;

export class ImportView implements ImportReading {
  @ApiProperty() readonly importId: string;
  @ApiProperty({ enum: IMPORT_STATES, description: 'stopped: this process is not at it; the same file again lets it go on' })
  readonly state: (typeof IMPORT_STATES)[number];
  @ApiProperty() readonly source: string;
  @ApiProperty({ enum: IMPORT_KINDS }) readonly kind: ImportKind;
  @ApiProperty({ enum: TENSES }) readonly tense: Tense;
  @ApiProperty({ description: 'Of the unpacked file' }) readonly sha256: string;
  @ApiProperty(instant) readonly startedAt: string;
  @ApiProperty({ description: 'Who brought the file', example: 'key:00112233445566aa' }) readonly by: string;
  @ApiProperty({ ...count, description: 'The last row that is done with' }) readonly row: number;
  @ApiProperty({ type: ImportTallyView }) readonly tally: Tally;
  @ApiProperty({ ...maybeCount, description: 'How many different clients the file names; null: it is not at its end' })
  readonly clients: number | null;
  @ApiProperty({ description: 'Whether each month comes to the same in the log as in the file' }) readonly reconciles: boolean;
  @ApiProperty({ type: UndoingView, nullable: true, description: 'null: it was not undone' }) readonly undone: UndoingView | null;
  @ApiProperty({ description: 'Whether there are rejected rows to fetch' }) readonly hasRejected: boolean;
}

class RowProblemView implements RowProblem {
  @ApiProperty(count) readonly row: number;
  @ApiProperty() readonly field: string;
  @ApiProperty({ type: 'string', nullable: true }) readonly column: string | null;
  @ApiProperty({ description: 'A stable word', example: 'no-date' }) readonly code: string;
  @ApiProperty() readonly reason: string;
  @ApiProperty() readonly remedy: string;
}

class FileView {
  @ApiProperty({ enum: ENCODINGS }) readonly encoding: Encoding;
  @ApiProperty({ type: 'string', enum: [...SEPARATORS, null], nullable: true }) readonly separator: Separator | null;
  @ApiProperty({ type: [String] }) readonly header: readonly string[];
  @ApiProperty(rows) readonly firstRows: readonly (readonly string[])[];
}

export class FileGuessView extends FileView implements FileGuess {
  @ApiProperty({ type: MappingFields, description: 'To be looked at, completed and kept' }) readonly mapping: MappingFields;
  @ApiProperty({ type: [String], description: 'The columns that nothing is known of' }) readonly unknown: readonly string[];
  @ApiProperty({ type: [String], description: 'What cannot be told from the file and must be stated' }) readonly open: readonly string[];
}

export class ImportPreviewView extends FileView implements Preview {
  @ApiProperty({ type: ImportTallyView, description: 'Of the first ten thousand rows' }) readonly tally: Tally;
  @ApiProperty({ ...count, description: 'New clients who are probably registered already' }) readonly doubtful: number;
  @ApiProperty({ type: [RowProblemView], description: 'The first of them' }) readonly problems: readonly RowProblem[];
}

class KeptView implements Kept {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ description: 'The type of the event that tells it', example: 'PurchaseRecorded' }) readonly what: string;
  @ApiProperty({
    description:
      'The type of the event that rests on it, or a code: credited (a wave counts it), merged (his file is one with another), opposition-stays, number-stays (it leads to whom it stands for), legal-hold …',
    example: 'PurchaseReturned',
  })
  readonly because: string;
}

export class UndoneView extends UndoCountsView implements Undone {
  @ApiProperty() readonly importId: string;
  @ApiProperty({ type: [KeptView], description: 'The first thousand things that stay' }) readonly named: readonly Kept[];
}
