import { ReadRow } from './row.js';

/** The most rows of one invoice that make one purchase; what is more makes another. */
const MOST_ROWS = 500;

/** Rows behind each other that stand for one thing, such as the lines of an invoice; taken or rejected together. */
export type Group = readonly [ReadRow, ...ReadRow[]];

/** Puts rows together as they come. */
export class Grouping {
  private open: [ReadRow, ...ReadRow[]] | null = null;

  /** Takes the next row; gives the group that is complete with it. */
  add(row: ReadRow): Group | null {
    const { open } = this;
    const [first] = open ?? [];
    const belongs = first && open!.length < MOST_ROWS && (row.key === null || first.key === null || row.key === first.key);
    if (belongs && row.raw.part === first.raw.part) {
      open!.push(row);
      return null;
    }
    this.open = [row];
    return open;
  }

  /** The group that was begun last, once no row follows. */
  end(): Group | null {
    const { open } = this;
    this.open = null;
    return open;
  }
}
