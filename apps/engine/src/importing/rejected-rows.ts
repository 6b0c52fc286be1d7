import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { RawRow, RowProblem } from '@boucle/importing';

/** What stands behind the columns of the file in a file of rows that were rejected. */
export const REJECTED_HEADER = ['boucle_part', 'boucle_row', 'boucle_field', 'boucle_code', 'boucle_reason', 'boucle_remedy'] as const;

const BYTE_ORDER_MARK = '\ufeff';

const quoted = (text: string): string => (/[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text);
const line = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\r\n`;

/** Takes the rows that were rejected. */
export interface Rejects {
  add(raw: RawRow, part: number, problem: RowProblem): void;
  /** Durable before the log says that these rows are done with. */
  sync(): void;
  readonly bytes: number;
}

/** A CSV of the rows that were rejected, each with why and what to do; corrected, it can be imported with the same mapping. */
export class RejectedRows implements Rejects {
  private file: number | null = null;

  constructor(
    readonly path: string,
    private readonly header: readonly string[],
    /** How much of it was written when the import broke off. */
    private size: number,
  ) {}

  get bytes(): number {
    return this.size;
  }

  add({ cells }: RawRow, part: number, { row, field, column, code, reason, remedy }: RowProblem): void {
    const last = this.header.length - 1;
    // what is too much stays readable in the last column
    const padded = this.header.map((_, i) => (i < last ? (cells[i] ?? '') : cells.slice(last).join(',')));
    const place = column === null ? field : `${field} (${column})`;
    const { file, begun } = this.open();
    const text = line([...padded, String(part), String(row), place, code, reason, remedy]);
    const bytes = Buffer.from(begun ? text : BYTE_ORDER_MARK + line([...this.header, ...REJECTED_HEADER]) + text);
    writeSync(file, bytes, 0, bytes.length, this.size);
    this.size += bytes.length;
  }

  sync(): void {
    if (this.file !== null) fsyncSync(this.file);
  }

  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
  }

  private open(): { file: number; begun: boolean } {
    if (this.file === null) {
      mkdirSync(dirname(this.path), { recursive: true });
      this.file = openSync(this.path, this.size > 0 ? 'r+' : 'w', 0o600);
      ftruncateSync(this.file, this.size);
    }
    return { file: this.file, begun: this.size > 0 };
  }
}
