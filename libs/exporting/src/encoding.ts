import { Cell } from './cells.js';

/** Writes rows bit by bit; in this order, once each but `rows`. */
export interface Encoding {
  /** Media type. */
  readonly type: string;
  begin(columns: readonly string[]): string | Uint8Array;
  rows(rows: readonly (readonly Cell[])[]): string | Uint8Array;
  end(): string | Uint8Array;
}
